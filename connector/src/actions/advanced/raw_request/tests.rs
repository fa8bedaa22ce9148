//! `raw-request` as a caller sees it.

use crate::webapi::testing::contoso;
use std::time::Duration;

use airlock_connector::{Error, TransportError, http::Method};
use serde_json::{Value, json};

use super::{ResponseType, shown};
use crate::actions::testing::{faults, last, run};

#[test]
fn a_request_goes_out_as_given_and_the_answer_comes_back_as_it_is() {
    let script = contoso().answer_with(
        Method::Post,
        "leads?x=1%202",
        201,
        &[("OData-EntityId", "y")],
        "{\"a\": 1.50}",
    );
    let output = run(
        &script,
        "raw-request",
        json!({
            "url": "/api/data/v9.2/leads",
            "method": "post",
            "data": {"subject": "x"},
            "query-params": {"x": "1 2"},
            "headers": {"Prefer": "return=representation", "X-Number": 3},
            "timeout": 1500,
        }),
    );
    let output = output.unwrap();
    assert_eq!(output["status"], 201);
    assert_eq!(output["headers"], json!({"odata-entityid": "y"}));
    assert_eq!(output["body"].to_string(), "{\"a\":1.50}");
    let request = last(&script);
    assert_eq!(request.body, b"{\"subject\":\"x\"}");
    assert_eq!(
        request.headers.get("content-type"),
        Some("application/json; charset=utf-8")
    );
    assert_eq!(request.headers.get("prefer"), Some("return=representation"));
    assert_eq!(request.headers.get("x-number"), Some("3"));
    assert_eq!(request.timeout, Some(Duration::from_millis(1500)));
}

#[test]
fn a_method_is_read_in_any_case_and_another_word_is_none() {
    for method in ["post", "POST", "Post", " post "] {
        let script = contoso().answer(Method::Post, "x", 204, "");
        run(
            &script,
            "raw-request",
            json!({"url": "x", "method": method}),
        )
        .unwrap();
    }
    let input = json!({"url": "x", "method": "fetch"});
    let found = faults(run(&contoso(), "raw-request", input).unwrap_err());
    assert_eq!(found[0].0, "/method");
    assert!(found[0].1.contains("one of GET, POST, PATCH"), "{found:?}");
}

#[test]
fn a_file_column_is_sent_as_bytes() {
    let script = contoso().answer(Method::Patch, "accounts(1)/file", 204, "");
    let input = json!({
        "url": "accounts(1)/file", "method": "PATCH", "body-base64": "AP8=",
        "headers": {"x-ms-file-name": "a.bin"},
    });
    run(&script, "raw-request", input).unwrap();
    let request = last(&script);
    assert_eq!(request.body, [0, 0xff]);
    let kind = request.headers.get("content-type");
    assert_eq!(kind, Some("application/octet-stream"));
}

#[test]
fn a_read_is_one_request_and_nothing_before_it() {
    let script = contoso().answer(Method::Get, "WhoAmI", 200, "{}");
    run(&script, "raw-request", json!({"url": "WhoAmI"})).unwrap();
    assert_eq!(script.sent(), ["GET WhoAmI"]);
}

#[test]
fn another_address_is_refused() {
    let script = contoso();
    let input = json!({"url": "https://evil.example/"});
    let found = faults(run(&script, "raw-request", input).unwrap_err());
    assert_eq!(found[0].0, "/url");
    assert!(script.sent().is_empty());
}

fn retried(more: Value, answers: &[Option<u16>]) -> (Result<Value, Error>, Vec<Duration>) {
    let mut script = contoso();
    for answer in answers {
        script = match answer {
            Some(status) => script.answer(Method::Post, "x", *status, ""),
            None => script.fail(
                Method::Post,
                "x",
                TransportError::Interrupted("gone".to_owned()),
            ),
        };
    }
    let mut input = json!({"url": "x", "method": "POST"});
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let result = run(&script, "raw-request", input);
    assert_eq!(script.sent().len(), answers.len());
    (result, script.slept())
}

#[test]
fn nothing_is_sent_twice_unless_the_caller_says_so() {
    let (result, slept) = retried(json!({}), &[Some(503)]);
    assert!(matches!(result.unwrap_err(), Error::Unavailable(_)));
    assert!(slept.is_empty());
}

#[test]
fn errors_are_retried_as_often_and_as_slowly_as_the_caller_says() {
    let ms = Duration::from_millis;
    let fixed = json!({"max-retry-count": 2, "retry-delay-ms": 7});
    let (result, slept) = retried(fixed.clone(), &[Some(500), None, Some(204)]);
    assert_eq!(result.unwrap()["status"], 204);
    assert_eq!(slept, [ms(7), ms(7)]);

    let (result, _) = retried(fixed, &[Some(500), Some(500), Some(500)]);
    result.unwrap_err();

    let (result, _) = retried(json!({"max-retry-count": 1}), &[Some(404)]);
    assert!(matches!(result.unwrap_err(), Error::NotFound(_)));

    let every = json!({
        "max-retry-count": 2, "retry-on-all-errors": true, "use-exponential-backoff": true,
    });
    let (result, slept) = retried(every, &[Some(404), Some(404), Some(204)]);
    result.unwrap();
    assert!(slept[0] >= ms(1000) && slept[1] >= ms(2000), "{slept:?}");
}

#[test]
fn a_body_is_given_as_asked_for() {
    use ResponseType::{Binary, Json, Text};
    let table: [(&[u8], ResponseType, &str); 7] = [
        (b"{\"a\": 1}", Json, "{\"a\": 1}"),
        (b"\xef\xbb\xbf12", Json, "12"),
        (b"<html>", Json, "\"<html>\""),
        (b"{\"a\": 1}", Text, "\"{\\\"a\\\": 1}\""),
        (b"\xff\x00", Binary, "\"/wA=\""),
        (b"", Json, "null"),
        (b"", Binary, "null"),
    ];
    for (body, response_type, expected) in table {
        assert_eq!(shown(body.to_vec(), response_type).unwrap().get(), expected);
    }
}
