use airlock_connector::{
    TransportError,
    dispatch::{self, Invocation},
    http::Method,
    testing::{Collected, Pieces, Script},
};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::*;
use crate::{
    Dynamics,
    actions::{
        files::testing::pictures,
        testing::{ID, faults, last, run, sent, session},
    },
};

fn input() -> Value {
    json!({"table": "lead", "id": ID, "column": "EntityImage", "file-name": "Größe 1.png"})
}

fn streamed(script: &Script, bytes: &[u8]) -> Result<Value, Error> {
    let call = Invocation {
        action: "upload-file".to_owned(),
        input: input().to_string(),
        idempotency_key: None,
        may_be_done: false,
    };
    let piping = dispatch::pipe::<Dynamics, _>(&call, true)?;
    let pipe = Pipe {
        source: &mut Pieces::of(bytes.chunks(1_000_003)),
        sink: &mut Collected::default(),
    };
    let summary = block_on(piping.run(&session(script), pipe))?;
    Ok(serde_json::from_str(&summary).unwrap())
}

#[test]
fn a_small_file_is_one_request_with_its_name_in_the_query() {
    let script = pictures()
        .answer(Method::Patch, "leads(", 429, "")
        .fail(
            Method::Patch,
            "leads(",
            TransportError::Interrupted("broke".into()),
        )
        .answer(Method::Patch, "leads(", 204, "");
    let mut input = input();
    input["content"] = json!("AAEC\n Aw");
    let output = run(&script, "upload-file", input).unwrap();
    assert_eq!(
        output,
        json!({"column": "entityimage", "file-name": "Größe 1.png", "size": 4})
    );
    let request = last(&script);
    assert!(
        request
            .url
            .ends_with("/entityimage?x-ms-file-name=Gr%C3%B6%C3%9Fe%201.png"),
        "{}",
        request.url
    );
    assert_eq!(request.body, [0, 1, 2, 3]);
    assert_eq!(
        request.headers.get("content-type"),
        Some("application/octet-stream")
    );
}

#[test]
fn a_long_stream_goes_in_blocks_and_a_lost_one_again() {
    let token = r#"{"FileContinuationToken": "t"}"#;
    let script = pictures()
        .answer(Method::Post, "InitializeFileBlocksUpload", 200, token)
        .answer(Method::Post, "UploadBlock", 204, "")
        .fail(
            Method::Post,
            "UploadBlock",
            TransportError::Interrupted("broke".into()),
        )
        .always(Method::Post, "UploadBlock", 204, "")
        .answer(Method::Post, "CommitFileBlocksUpload", 200, "{}");
    let bytes = vec![7; 2 * BLOCK + 5];
    let output = streamed(&script, &bytes).unwrap();
    assert_eq!(output["size"], 2 * BLOCK + 5);
    let sent = sent(&script);
    assert_eq!(sent.len(), 6, "{sent:?}");
    let commit: Value = serde_json::from_slice(&last(&script).body).unwrap();
    assert_eq!(commit["BlockList"].as_array().unwrap().len(), 3);
    assert_eq!(commit["FileName"], "Größe 1.png");
}

#[test]
fn exactly_one_block_is_still_one_request() {
    let script = pictures().answer(Method::Patch, "leads(", 204, "");
    streamed(&script, &vec![7; BLOCK]).unwrap();
    assert_eq!(sent(&script).len(), 1);
}

#[test]
fn what_is_no_column_for_files_is_told_with_those_that_are() {
    for (column, words) in [
        ("subject", "holds no file and no picture"),
        ("entityimag", "did you mean entityimage"),
    ] {
        let script = pictures();
        let mut input = input();
        input["content"] = json!("AA==");
        input["column"] = json!(column);
        let found = faults(run(&script, "upload-file", input).unwrap_err());
        assert_eq!(found[0].0, "/column");
        assert!(found[0].1.contains(words), "{found:?}");
        assert!(found[0].1.contains("entityimage"), "{found:?}");
        assert!(sent(&script).is_empty());
    }
}

#[test]
fn a_content_is_given_once_and_in_base64() {
    let script = pictures();
    let found = faults(run(&script, "upload-file", input()).unwrap_err());
    assert_eq!(found[0].0, "/content");
    let mut wrong = input();
    wrong["content"] = json!("not base64!");
    let found = faults(run(&script, "upload-file", wrong).unwrap_err());
    assert_eq!(found[0].0, "/content");
}

#[test]
fn a_refusal_is_the_services_own() {
    let large =
        r#"{"error": {"code": "0x80044a02", "message": "Attachment file size is too big."}}"#;
    let script = pictures().answer(Method::Patch, "leads(", 413, large);
    let mut input = input();
    input["content"] = json!("AA==");
    let error = run(&script, "upload-file", input).unwrap_err();
    assert!(error.to_string().contains("too big"), "{error:?}");
}
