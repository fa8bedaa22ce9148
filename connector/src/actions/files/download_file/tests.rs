use airlock_connector::{
    TransportError,
    dispatch::{self, Invocation},
    http::Method,
    stream::Nothing,
    testing::{Collected, Script},
};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::*;
use crate::{
    Dynamics,
    actions::{
        files::testing::pictures,
        testing::{ID, faults, run, session},
    },
};

fn input(column: &str) -> Value {
    json!({"table": "lead", "id": ID, "column": column})
}

fn streamed(script: &Script, input: &Value) -> Result<(Vec<u8>, Value), Error> {
    let call = Invocation {
        action: "download-file".to_owned(),
        input: input.to_string(),
        idempotency_key: None,
        may_be_done: false,
    };
    let piping = dispatch::pipe::<Dynamics, _>(&call, false)?;
    let mut sink = Collected::default();
    let pipe = Pipe {
        source: &mut Nothing,
        sink: &mut sink,
    };
    let summary = block_on(piping.run(&session(script), pipe))?;
    Ok((sink.bytes(), serde_json::from_str(&summary).unwrap()))
}

fn part(script: Script, size: &str, body: &str) -> Script {
    script.answer_with(
        Method::Get,
        "leads(",
        206,
        &[
            ("x-ms-file-size", size),
            ("x-ms-file-name", "Gr%C3%B6%C3%9Fe.pdf"),
            ("mimetype", "application/pdf"),
        ],
        body,
    )
}

#[test]
fn ranges_follow_one_another_through_throttling_and_a_lost_answer() {
    let script = part(pictures(), "6", "abcd")
        .answer(Method::Get, "leads(", 429, "")
        .fail(
            Method::Get,
            "leads(",
            TransportError::Interrupted("broke".into()),
        );
    let script = part(script, "6", "ef");
    let (bytes, summary) = streamed(&script, &input("contoso_doc")).unwrap();
    assert_eq!(bytes, b"abcdef");
    assert_eq!(
        summary,
        json!({"file-name": "Größe.pdf", "media-type": "application/pdf", "size": 6})
    );
    let lines = script.sent();
    let second = script.request(lines.len() - 1);
    assert_eq!(second.headers.get("range"), Some("bytes=4-5"));
}

#[test]
fn what_comes_whole_is_cut_to_what_was_asked() {
    let whole = |script: Script| script.answer(Method::Get, "leads(", 200, "abcdef");
    let (bytes, summary) = streamed(&whole(pictures()), &input("entityimage")).unwrap();
    assert_eq!(
        (bytes.as_slice(), &summary["size"]),
        (&b"abcdef"[..], &json!(6))
    );
    let mut ranged = input("entityimage");
    ranged["offset"] = json!(2);
    ranged["length"] = json!(3);
    let (bytes, _) = streamed(&whole(pictures()), &ranged).unwrap();
    assert_eq!(bytes, b"cde");
}

#[test]
fn a_file_that_the_service_gives_only_whole_is_asked_for_whole() {
    let only = r#"{"error": {"code": "0x80090017", "message": "Downloading in multiple chunks is not supported for the files stored in the database."}}"#;
    let script = pictures().answer(Method::Get, "leads(", 400, only).answer(
        Method::Get,
        "leads(",
        200,
        "abc",
    );
    let output = run(&script, "download-file", input("contoso_doc")).unwrap();
    assert_eq!(output["content"], "YWJj");
    let lines = script.sent();
    assert_eq!(script.request(lines.len() - 1).headers.get("range"), None);
}

#[test]
fn a_file_that_is_replaced_meanwhile_is_told() {
    let script = part(part(pictures(), "6", "abcd"), "7", "xyz");
    let error = streamed(&script, &input("contoso_doc")).unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
}

#[test]
fn a_picture_comes_full_and_its_thumbnail_on_request() {
    for (picture, query) in [(None, "?size=full"), (Some("thumbnail"), "/$value")] {
        let script = pictures().answer(Method::Get, "leads(", 200, "x");
        let mut input = input("entityimage");
        input["picture"] = json!(picture);
        run(&script, "download-file", input).unwrap();
        let lines = script.sent();
        let url = script.request(lines.len() - 1).url;
        assert!(url.ends_with(query), "{url}");
    }
    // A column that keeps no full pictures.
    let kept = || {
        pictures()
            .answer(Method::Get, "leads(", 204, "")
            .answer(Method::Get, "leads(", 200, "x")
    };
    let output = run(&kept(), "download-file", input("entityimage")).unwrap();
    assert_eq!(output["content"], "eA==");
    let mut full = input("entityimage");
    full["picture"] = json!("full");
    let error = run(&kept(), "download-file", full).unwrap_err().to_string();
    assert!(error.contains("thumbnail"), "{error}");
    let mut wrong = input("contoso_doc");
    wrong["picture"] = json!("thumbnail");
    let found = faults(run(&pictures(), "download-file", wrong).unwrap_err());
    assert_eq!(found[0].0, "/picture");
}

#[test]
fn an_empty_column_and_a_row_that_is_not_there_are_not_found() {
    let gone = r#"{"error": {"code": "0x80040217", "message": "does not exist"}}"#;
    for (status, body) in [(204, ""), (404, gone)] {
        let script = pictures().answer(Method::Get, "leads(", status, body);
        let error = run(&script, "download-file", input("contoso_doc")).unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    }
}
