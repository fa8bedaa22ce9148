//! How much fits in a batch, and what is refused as a whole.

use super::*;

#[tokio::test]
async fn references_point_backwards_and_stay_in_their_change_set() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let missing = "Content-ID Reference: '$2' does not exist in the batch context.";
    for body in [
        batch(&[change_set(&[
            (
                "POST",
                "accounts",
                r#"{"name":"A","primarycontactid@odata.bind":"$2"}"#,
            ),
            ("POST", "contacts", r#"{"lastname":"B"}"#),
        ])]),
        batch(&[change_set(&[("PATCH", "$2", r#"{"name":"A"}"#)])]),
        batch(&[
            change_set(&[
                ("POST", "contacts", r#"{"lastname":"B"}"#),
                ("POST", "contacts", r#"{"lastname":"C"}"#),
            ]),
            get("$2"),
        ]),
    ] {
        let answer = send(&client, &[], &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains(missing), "{}", answer.text());
        assert!(answer.header("content-type").starts_with("multipart/mixed"));
    }
}

#[tokio::test]
async fn a_malformed_batch_is_refused_as_a_whole() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let made = write("POST", "accounts", r#"{"name":"A"}"#);
    let in_set = |head: &str, request: &str| {
        format!(
            "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: {head}\r\n\r\n{request}\r\n--c--\r\n"
        )
    };
    let post = "POST accounts HTTP/1.1\r\n\r\n{}";
    let many = vec![get("WhoAmI"); 1001];
    for (name, body, expected) in [
        (
            "a GET in a change set",
            batch(&[made.clone(), change_set(&[("GET", "accounts", "")])]),
            "'GET'",
        ),
        (
            "a change set in a change set",
            batch(&[made.clone(), in_set("multipart/mixed; boundary=d", "--d--")]),
            "change set",
        ),
        (
            "no content id",
            batch(&[made.clone(), in_set("application/http", post)]),
            "Content-ID header not present",
        ),
        (
            "a content id twice",
            batch(&[
                made.clone(),
                format!(
                    "Content-Type: multipart/mixed; boundary=c\r\n\r\n{0}{0}--c--\r\n",
                    format!(
                        "--c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n{post}\r\n"
                    )
                ),
            ]),
            "'1' was found more than once",
        ),
        (
            "no closing boundary",
            batch(std::slice::from_ref(&made)).replace("--batch_x--", ""),
            "not complete",
        ),
        (
            "no empty line after a GET",
            batch(&[single("GET accounts HTTP/1.1")]),
            "empty line",
        ),
        (
            "no request",
            batch(&[single("nonsense\r\n\r\n")]),
            "request line 'nonsense'",
        ),
        (
            "another media type",
            batch(&["Content-Type: text/plain\r\n\r\nx\r\n".to_owned()]),
            "'text/plain'",
        ),
        ("too many requests", batch(&many), "'1000'"),
        ("nothing", String::new(), "not complete"),
    ] {
        let answer = send(&client, &[("prefer", "odata.continue-on-error")], &body).await;
        let (code, message) = answer.error();
        assert_eq!(
            (answer.status.as_u16(), code.as_str()),
            (400, "0x80060888"),
            "{name}"
        );
        assert!(message.contains(expected), "{name}: {message}");
    }
    assert_eq!(
        count(&client, "accounts?$top=1").await,
        0,
        "nothing of it ran"
    );
    for content_type in ["application/json", "multipart/mixed"] {
        let answer = client
            .api(
                Method::POST,
                "$batch",
                &[("content-type", content_type)],
                "",
            )
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{content_type}");
    }
    assert_eq!(
        client.get("$batch").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_thousand_requests_and_long_urls_fit_in_a_batch() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let answer = send(&client, &[], &batch(&vec![get("WhoAmI"); 1000])).await;
    assert_eq!(statuses(&answer).len(), 1000);
    let filter = |length: usize| {
        get(&format!(
            "accounts?$filter=name eq '{}'",
            "x".repeat(length)
        ))
    };
    assert_eq!(
        statuses(&send(&client, &[], &batch(&[filter(60_000)])).await),
        [200]
    );
    assert_eq!(
        statuses(&send(&client, &[], &batch(&[filter(66_000)])).await),
        [414]
    );
}

#[tokio::test]
async fn a_batch_cannot_contain_a_batch() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let answer = send(&client, &[], &batch(&[write("POST", "$batch", "")])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("0x80060888"));
}

#[tokio::test]
async fn nobody_sends_a_batch_without_a_token() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::new(&sim);
    let answer = send(&client, &[], "nonsense").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
