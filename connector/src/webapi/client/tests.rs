use crate::webapi::testing::{client_of, contoso};
use std::time::Duration;

use airlock_connector::{Error, TransportError};
use futures::executor::block_on;

use super::*;
use crate::webapi::testing::ROOT;

const GET: Method = Method::Get;
const POST: Method = Method::Post;
const THROTTLED: &str = r#"{"error":{"code":"0x80072322","message":"Number of requests exceeded the limit of 6000 over time window of 300 seconds."}}"#;

fn get() -> ApiRequest {
    ApiRequest::get(format!("{ROOT}/accounts"))
}

fn post() -> ApiRequest {
    ApiRequest::new(POST, format!("{ROOT}/accounts")).with_body(b"{}".to_vec())
}

#[test]
fn a_read_is_repeated_until_it_succeeds() {
    let script = contoso()
        .answer(GET, "accounts", 503, "")
        .fail(GET, "accounts", TransportError::Interrupted("reset".into()))
        .answer(GET, "accounts", 200, "{}");
    let reply = block_on(client_of(&script).send(get())).unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(script.slept(), [Duration::from_millis(500); 2]);
}

#[test]
fn patience_ends_with_what_the_service_said() {
    let script = contoso().always(GET, "accounts", 503, "closed for maintenance");
    let error = block_on(client_of(&script).send(get())).unwrap_err();
    assert_eq!(error.to_string(), "closed for maintenance");
    assert!(matches!(error, Error::Unavailable(_)));
    assert_eq!(script.sent().len(), 5);
}

#[test]
fn a_throttled_create_waits_as_long_as_it_is_told() {
    let script = contoso()
        .answer_with(POST, "accounts", 429, &[("Retry-After", "1")], THROTTLED)
        .answer(POST, "accounts", 204, "");
    block_on(client_of(&script).send(post())).unwrap();
    let slept: Duration = script.slept().iter().sum();
    assert!(slept >= Duration::from_secs(1), "{slept:?}");
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn a_window_of_the_limits_is_waited_for_if_the_call_may_last_so_long() {
    let throttled = |seconds| {
        contoso()
            .answer_with(GET, "accounts", 429, &[("Retry-After", seconds)], THROTTLED)
            .answer(GET, "accounts", 200, "{}")
    };
    for (seconds, time, waits) in [
        ("59", None, true),
        ("61", None, false),
        ("300", Some(3_600), true),
        ("3000", Some(3_600), true),
        ("300", Some(120), false),
        // Some time is kept back for the answer.
        ("100", Some(120), true),
        ("115", Some(120), false),
        ("00:00:02", Some(120), true),
    ] {
        let script = throttled(seconds);
        let client = client_of(&script).within(time.map(Duration::from_secs));
        match block_on(client.send(get())) {
            Ok(_) => assert!(waits, "{seconds} of {time:?}"),
            Err(Error::Throttled {
                failure,
                retry_after,
            }) => {
                assert!(!waits, "{seconds} of {time:?}");
                assert!(retry_after.is_some());
                assert_eq!(failure.code.as_deref(), Some("0x80072322"));
                assert!(script.slept().is_empty());
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_limit_that_says_when_it_ends_is_waited_for_however_often() {
    let mut script = contoso();
    for _ in 0..20 {
        script = script.answer_with(POST, "accounts", 429, &[("Retry-After", "30")], THROTTLED);
    }
    let script = script.answer(POST, "accounts", 204, "");
    let client = client_of(&script).within(Some(Duration::from_secs(3_600)));
    block_on(client.send(post())).unwrap();
    assert_eq!(script.sent().len(), 21);
}

#[test]
fn who_shares_the_connection_shares_its_wait() {
    let asked = |seconds, time: Option<u64>| {
        let script = contoso()
            .answer_with(GET, "accounts", 429, &[("Retry-After", seconds)], THROTTLED)
            .answer(GET, "contacts", 200, "{}");
        let pause = Pause::default();
        let impatient = client_of(&script)
            .with_pause(pause.clone())
            .with_retry(RetryPolicy::NEVER);
        block_on(impatient.send(get())).unwrap_err();
        let other = client_of(&script)
            .with_pause(pause)
            .within(time.map(Duration::from_secs));
        let fate = block_on(other.send(ApiRequest::get(format!("{ROOT}/contacts"))));
        (fate.map(|reply| reply.status), script.slept())
    };
    let window = Duration::from_secs(300);
    assert_eq!(asked("300", Some(3_600)), (Ok(200), vec![window]));
    let (fate, slept) = asked("300", Some(120));
    assert!(
        matches!(fate, Err(Error::Throttled { retry_after: Some(wait), .. }) if wait == window)
    );
    assert!(slept.is_empty());
}

#[test]
fn a_create_whose_fate_is_unknown_is_not_repeated() {
    let script = contoso().fail(
        POST,
        "accounts",
        TransportError::Interrupted("the connection was reset".into()),
    );
    let error = block_on(client_of(&script).send(post()))
        .unwrap_err()
        .to_string();
    assert!(error.contains("the connection was reset"), "{error}");
    assert!(error.contains("not known whether"), "{error}");
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn a_create_that_never_left_is_repeated() {
    let script = contoso()
        .fail(POST, "accounts", TransportError::NotSent("refused".into()))
        .answer(POST, "accounts", 204, "");
    block_on(client_of(&script).send(post())).unwrap();
}

#[test]
fn what_the_host_denies_is_not_asked_again() {
    let script = contoso().fail(
        GET,
        "accounts",
        TransportError::Denied("egress to x denied".into()),
    );
    let error = block_on(client_of(&script).send(get())).unwrap_err();
    assert_eq!(error, Error::Forbidden(Failure::text("egress to x denied")));
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn what_the_host_answers_itself_is_asked_again_only_when_it_says_when() {
    let refusal = r#"{"error":{"code":"credential-unavailable","message":"away"}}"#;
    let own = ("airlock-refusal", "credential-unavailable");
    let script = contoso().answer_with(GET, "accounts", 503, &[own], refusal);
    let error = block_on(client_of(&script).send(get())).unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert_eq!(script.sent().len(), 1);
    let later = [own, ("retry-after", "7")];
    let script = contoso()
        .answer_with(GET, "accounts", 503, &later, refusal)
        .answer(GET, "accounts", 200, "{}");
    block_on(client_of(&script).send(get())).unwrap();
}

#[test]
fn half_a_character_does_not_break_an_answer() {
    let json = [("content-type", "application/json; odata.metadata=minimal")];
    let script = contoso().answer_with(GET, "accounts", 200, &json, r#"{"name":"cut \ud83d"}"#);
    let reply = block_on(client_of(&script).send(get())).unwrap();
    let row: serde_json::Value = reply.json().unwrap();
    assert_eq!(row["name"], "cut \u{fffd}");
    // What is no JSON is nobody's to mend.
    let file = [("content-type", "application/octet-stream")];
    let script = contoso().answer_with(GET, "accounts", 200, &file, r"\ud83d");
    let reply = block_on(client_of(&script).send(get())).unwrap();
    assert_eq!(reply.body, br"\ud83d");
}

#[test]
fn a_versioned_update_is_not_repeated_into_its_own_conflict() {
    let mut call = ApiRequest::new(Method::Patch, format!("{ROOT}/accounts(1)"));
    assert_eq!(call.safety(), Safety::Repeatable);
    call.options.precondition = Some(Precondition::Version("7".into()));
    assert_eq!(call.safety(), Safety::Once);
}

#[test]
fn every_request_carries_the_protocol_and_preparing_ones_say_so() {
    let script = contoso().always(GET, "accounts", 200, "{}");
    let client = client_of(&script);
    block_on(client.send(get())).unwrap();
    block_on(client.send(get().preparing())).unwrap();
    let plain = script.request(0).headers;
    for (name, value) in [
        ("Accept", "application/json"),
        ("OData-Version", "4.0"),
        ("OData-MaxVersion", "4.0"),
        ("If-None-Match", "null"),
    ] {
        assert_eq!(plain.get(name), Some(value), "{name}");
    }
    assert_eq!(plain.get(PREPARES), None);
    assert_eq!(script.request(1).headers.get(PREPARES), Some("true"));
}

#[test]
fn a_website_instead_of_an_organisation_is_recognised() {
    let script = contoso().answer(GET, "accounts", 200, "<html>Sign in</html>");
    let reply = block_on(client_of(&script).send(get())).unwrap();
    let error = reply.json::<serde_json::Value>().unwrap_err().to_string();
    assert!(
        error.contains("belong to a Dynamics 365 organisation"),
        "{error}"
    );
}
