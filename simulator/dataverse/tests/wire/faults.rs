//! Faults on demand, and the log that shows what happened.

use crate::support::{Client, control, small};
use dataverse_sim::control::{Effect, FaultRule};
use http::{Method, StatusCode};
use serde_json::json;

fn rule(effect: Effect) -> FaultRule {
    FaultRule::new("/accounts", effect).times(1)
}

#[tokio::test]
async fn a_status_fault_answers_once_and_then_the_service_is_back() {
    let (sim, client) = small().await;
    sim.add_fault(rule(Effect::Status {
        status: 429,
        code: "0x80072322".into(),
        message: "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
            .into(),
        retry_after: Some(7),
        body: None,
    }));
    let answer = client.get("accounts?$top=1").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "7");
    assert_eq!(answer.error().0, "0x80072322");
    assert_eq!(client.get("accounts?$top=1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_in_the_middle_is_refused_with_the_time_to_wait_in_every_form() {
    let (sim, _) = small().await;
    let at = r#"{"now": "2026-11-30T17:01:31Z", "frozen": true}"#;
    let told = control(&sim, Method::PUT, "clock", at).await;
    assert_eq!(told.status, StatusCode::OK);
    let client = Client::signed_in(&sim).await;
    for (wait, expected) in [
        (json!(7), "7"),
        (json!(1.5), "1.5"),
        (json!("00:00:02"), "00:00:02"),
        (
            json!({"seconds-from-now": 60}),
            "Mon, 30 Nov 2026 17:02:31 GMT",
        ),
    ] {
        let rule = json!({"path": "/leads", "query": "skiptoken", "count": 1, "effect": {"throttle": {"retry-after": wait}}});
        let added = control(&sim, Method::POST, "faults", &rule.to_string()).await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.text());
        let paging = [("prefer", "odata.maxpagesize=2")];
        let first = client.get_with("leads?$select=subject", &paging).await;
        assert_eq!(first.status, StatusCode::OK);
        let next = first.json()["@odata.nextLink"].as_str().unwrap().to_owned();
        let follow = || client.send(Method::GET, &next, &paging, String::new());
        let refused = follow().await.unwrap();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("retry-after"), expected);
        assert_eq!(refused.error().0, "0x80072322");
        assert_eq!(follow().await.unwrap().status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_reset_cuts_the_connection_before_anything_happens() {
    let (sim, client) = small().await;
    sim.add_fault(rule(Effect::Reset).method("POST"));
    let url = format!("{}accounts", sim.web_api_url());
    let before = client.get("accounts/$count").await.text();
    let json = [("content-type", "application/json")];
    let failure = client
        .send(Method::POST, &url, &json, r#"{"name":"Lost"}"#.into())
        .await;
    assert!(failure.is_err(), "{failure:?}");
    assert_eq!(client.get("accounts/$count").await.text(), before);
}

#[tokio::test]
async fn a_late_reset_leaves_the_write_behind() {
    let (sim, client) = small().await;
    sim.add_fault(rule(Effect::ResetAfter).method("POST"));
    let url = format!("{}accounts", sim.web_api_url());
    let json = [("content-type", "application/json")];
    let failure = client
        .send(Method::POST, &url, &json, r#"{"name":"Written"}"#.into())
        .await;
    assert!(failure.is_err(), "{failure:?}");
    let found = client
        .get("accounts?$select=name&$filter=name%20eq%20'Written'")
        .await
        .json();
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_inside_its_body() {
    let (sim, client) = small().await;
    sim.add_fault(rule(Effect::Truncate { bytes: 20 }));
    let url = format!("{}accounts", sim.web_api_url());
    let failure = client.send(Method::GET, &url, &[], String::new()).await;
    assert!(failure.is_err(), "{failure:?}");
}

#[tokio::test]
async fn rules_are_added_listed_and_removed_over_http() {
    let (sim, client) = small().await;
    let url = format!("{}faults", sim.admin_url());
    let rule = json!({"path": "/leads", "effect": {"status": {"status": 503, "retry-after": 3, "body": "<html>down</html>"}}});
    let id = client
        .send(Method::POST, &url, &[], rule.to_string())
        .await
        .unwrap()
        .json()["id"]
        .clone();
    let answer = client.get("leads").await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "<html>down</html>")
    );
    assert_eq!(answer.header("retry-after"), "3");
    let listed = client
        .send(Method::GET, &url, &[], String::new())
        .await
        .unwrap()
        .json();
    assert_eq!(listed["faults"][0]["id"], id);
    let one = format!("{url}/{id}");
    let removed = client
        .send(Method::DELETE, &one, &[], String::new())
        .await
        .unwrap();
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(client.get("leads").await.status, StatusCode::OK);
    for (wrong, piece) in [
        (r#"{"effect":"explode"}"#, "explode"),
        (r#"{"effect":{"status":{"status":99}}}"#, "99"),
        (r#"{"effect":"reset","probability":2}"#, "probability"),
        (r#"{"effect":"reset","route":"/leads"}"#, "route"),
        ("", "fault rule"),
    ] {
        let answer = client
            .send(Method::POST, &url, &[], wrong.to_owned())
            .await
            .unwrap();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(answer.text().contains(piece), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_probability_lets_some_requests_through() {
    let (sim, client) = small().await;
    let url = format!("{}faults", sim.admin_url());
    let rule = json!({"path": "/leads", "probability": 0.5, "dice": 3, "effect": {"status": {"status": 503}}});
    client
        .send(Method::POST, &url, &[], rule.to_string())
        .await
        .unwrap();
    let mut failed = 0;
    for _ in 0..40 {
        failed += u32::from(client.get("leads?$top=1").await.status.as_u16() == 503);
    }
    assert!((8..33).contains(&failed), "{failed} of 40");
}

#[tokio::test]
async fn a_delay_comes_before_the_answer() {
    let (sim, client) = small().await;
    sim.add_fault(rule(Effect::Delay { milliseconds: 120 }));
    let before = std::time::Instant::now();
    assert_eq!(client.get("accounts?$top=1").await.status, StatusCode::OK);
    assert!(before.elapsed() >= std::time::Duration::from_millis(120));
}

#[tokio::test]
async fn the_log_tells_everything_but_credentials() {
    let (sim, client) = small().await;
    client
        .get_with("leads?$top=1", &[("prefer", "odata.maxpagesize=5")])
        .await;
    let entry = sim.requests().pop().unwrap();
    assert_eq!(entry.target, "/api/data/v9.2/leads?$top=1");
    assert_eq!(entry.status, 200);
    assert_eq!(entry.headers["prefer"], "odata.maxpagesize=5");
    assert_eq!(entry.authorization.as_deref(), Some("Bearer"));
    assert!(entry.headers.get("authorization").is_none());

    let url = format!("{}requests", sim.admin_url());
    let listed = client
        .send(Method::GET, &url, &[], String::new())
        .await
        .unwrap();
    assert!(
        !listed.text().contains("Bearer ey"),
        "tokens do not belong into the log"
    );
    let listed = listed.json();
    assert_eq!(
        listed["requests"].as_array().unwrap().len(),
        2,
        "the token request and the query: {listed}"
    );
}
