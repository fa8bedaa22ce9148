//! A batch as a whole: what is sent, what comes back, and when it is sent again.

use airlock_connector::{TransportError, testing::Script};
use futures::executor::block_on;

use super::*;
use crate::webapi::{
    CallOptions,
    testing::{client_of, contoso},
};

const BATCH: (&str, &str) = ("content-type", "multipart/mixed; boundary=r");

fn part(number: usize, method: Method) -> Item {
    Item::Single(Part {
        number,
        method,
        url: "https://contoso.crm.dynamics.com/api/data/v9.2/leads".to_owned(),
        options: CallOptions::default(),
        body: None,
    })
}

fn answers(statuses: &[u16]) -> String {
    let part = |status| {
        format!("--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {status} X\r\n\r\n\r\n")
    };
    statuses.iter().map(part).collect::<String>() + "--r--\r\n"
}

fn statuses(script: &Script, items: &[Item], goes_on: bool) -> Result<Vec<Option<u16>>, Error> {
    let fates = block_on(client_of(script).batch(items, goes_on))?;
    let status = |fate: &Fate| match fate {
        Fate::Answered(response) => Some(response.status),
        _ => None,
    };
    Ok(fates.iter().map(status).collect())
}

#[test]
fn an_answer_in_parts_is_read_whatever_its_status() {
    let items = [
        part(1, Method::Post),
        part(2, Method::Post),
        part(3, Method::Post),
    ];
    // The status of the whole is the first failure's: neither an error of the batch nor throttling.
    for status in [404, 429, 503] {
        let script = contoso().answer_with(
            Method::Post,
            "$batch",
            status,
            &[BATCH],
            &answers(&[204, status]),
        );
        let found = statuses(&script, &items, false).unwrap();
        assert_eq!(found, [Some(204), Some(status), None]);
        let request = script.request(0);
        let kind = request.headers.get("content-type").unwrap();
        assert!(
            kind.starts_with("multipart/mixed; boundary=\"batch_"),
            "{kind}"
        );
        assert_eq!(request.headers.get("prefer"), None);
    }
    let script = contoso().answer_with(
        Method::Post,
        "$batch",
        200,
        &[BATCH],
        &answers(&[204, 404, 204]),
    );
    let found = statuses(&script, &items, true).unwrap();
    assert_eq!(found, [Some(204), Some(404), Some(204)]);
    let request = script.request(0);
    assert_eq!(
        request.headers.get("prefer"),
        Some("odata.continue-on-error")
    );
}

#[test]
fn a_batch_that_was_throttled_is_sent_again() {
    let script = contoso()
        .answer_with(Method::Post, "$batch", 429, &[("retry-after", "7")], "{}")
        .answer_with(Method::Post, "$batch", 200, &[BATCH], &answers(&[204]));
    assert_eq!(
        statuses(&script, &[part(1, Method::Post)], false).unwrap(),
        [Some(204)]
    );
    assert_eq!(script.slept().len(), 1);
}

#[test]
fn a_batch_with_an_unknown_fate_is_sent_again_only_if_each_request_may_be() {
    let lost = || TransportError::Interrupted("the connection broke".to_owned());
    let script = contoso().fail(Method::Post, "$batch", lost()).answer_with(
        Method::Post,
        "$batch",
        200,
        &[BATCH],
        &answers(&[200, 204]),
    );
    let items = [part(1, Method::Get), part(2, Method::Patch)];
    assert_eq!(
        statuses(&script, &items, false).unwrap(),
        [Some(200), Some(204)]
    );

    for method in [Method::Post, Method::Delete] {
        let script = contoso().fail(Method::Post, "$batch", lost());
        let error = statuses(&script, &[part(1, Method::Get), part(2, method)], false).unwrap_err();
        assert!(error.to_string().contains("it is not known"), "{error}");
    }
}

#[test]
fn an_answer_that_is_none_is_told_as_such() {
    let script = contoso().answer(Method::Post, "$batch", 200, "<html>");
    let error = statuses(&script, &[part(1, Method::Get)], false).unwrap_err();
    assert!(
        error.to_string().contains("parts that the batch has"),
        "{error}"
    );

    let refused = r#"{"error": {"code": "0x80060888", "message": "The batch is malformed."}}"#;
    let script = contoso().answer(Method::Post, "$batch", 400, refused);
    let error = statuses(&script, &[part(1, Method::Get)], false).unwrap_err();
    assert!(
        error.to_string().contains("The batch is malformed."),
        "{error}"
    );
}
