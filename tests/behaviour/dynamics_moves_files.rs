//! Contents of file and image columns pass through the sandbox whole, whatever happens on the way.

use airlock_runtime::{ByteStream, ConnectorError, HostError};
use bytes::Bytes;
use dataverse_sim::control::FaultRule;
use futures::StreamExt;
use serde_json::{Value, json};
use support::Office;

const MIB: usize = 1024 * 1024;

/// A picture of 300 by 200 points.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAASwAAADICAIAAADdvUsCAAABsUlEQVR42u3TQQkAAAgEwUtiEvtjLGP4cGASLGymGjgUCcCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCwIRgQsCEYELAhGBCMKEKYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCFgQjAhYEIwIWBCMCGYUAUwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEDAhmBAwIZgQMCGYEEwImBBMCJgQflpwu5BIhQ4JPgAAAABJRU5ErkJggg==";

/// An office whose accounts have a column for files of up to 16 MiB and one for pictures, and the id of one of
/// them.
async fn office() -> (Office, String) {
    let office = Office::open().await;
    let label = json!({"LocalizedLabels": [{"Label": "Content", "LanguageCode": 1033}]});
    let kind = |name: &str| format!("Microsoft.Dynamics.CRM.{name}AttributeMetadata");
    for column in [
        json!({"@odata.type": kind("File"), "SchemaName": "new_Doc", "MaxSizeInKB": 16_384,
            "DisplayName": label}),
        json!({"@odata.type": kind("Image"), "SchemaName": "new_Photo", "CanStoreFullImage": true,
            "DisplayName": label}),
    ] {
        let raw = json!({
            "method": "POST", "data": column,
            "url": "EntityDefinitions(LogicalName='account')/Attributes",
        });
        office.run("raw-request", raw).await.unwrap();
    }
    let row = json!({"table": "account", "row": {"name": "Files"}});
    let created = office.run("create-row", row).await.unwrap();
    (office, created["id"].as_str().unwrap().to_owned())
}

/// Bytes that repeat nowhere near.
fn content(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| ((at * 31) ^ (at >> 8) ^ (at >> 16)) as u8)
        .collect()
}

fn fault(office: &Office, method: &str, path: &str, skip: u32, effect: Value) {
    let rule = json!({"method": method, "path": path, "skip": skip, "count": 1, "effect": effect});
    let rule: FaultRule = serde_json::from_value(rule).unwrap();
    office.sim.add_fault(rule);
}

async fn upload(office: &Office, input: Value, bytes: &[u8]) -> Result<Value, HostError> {
    let pieces: Vec<Bytes> = bytes.chunks(100_003).map(Bytes::copy_from_slice).collect();
    let body: ByteStream = futures::stream::iter(pieces).boxed();
    let call = office.call("upload-file", input);
    let piped = office.host.pipe(&call, Some(body)).await?;
    let given: Vec<Bytes> = piped.data.collect().await;
    assert!(given.concat().is_empty());
    piped.done.await
}

async fn download(office: &Office, input: Value) -> Result<(Vec<u8>, Value), HostError> {
    let call = office.call("download-file", input);
    let piped = office.host.pipe(&call, None).await?;
    let given: Vec<Bytes> = piped.data.collect().await;
    Ok((given.concat(), piped.done.await?))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_file_comes_back_as_it_went_through_lost_and_throttled_blocks() {
    let (office, id) = office().await;
    let bytes = content(9 * MIB + 17);
    let place = json!({"table": "account", "id": id, "column": "new_doc"});
    let mut input = place.clone();
    input["file-name"] = json!("Größe \"1\" 日.bin");
    fault(&office, "POST", "UploadBlock", 1, json!("reset-after"));
    fault(
        &office,
        "POST",
        "UploadBlock",
        2,
        json!({"throttle": {"retry-after": 1}}),
    );
    let told = upload(&office, input, &bytes).await.unwrap();
    assert_eq!(told["size"], bytes.len());

    fault(&office, "GET", "/new_doc/$value", 1, json!("reset"));
    let (back, told) = download(&office, place.clone()).await.unwrap();
    assert!(back == bytes, "{} of {} bytes", back.len(), bytes.len());
    assert_eq!(told["size"], bytes.len());
    assert_eq!(told["file-name"], "Größe \"1\" 日.bin");

    let mut part = place.clone();
    part["offset"] = json!(4 * MIB - 3);
    part["length"] = json!(7);
    let (back, _) = download(&office, part).await.unwrap();
    assert_eq!(back, &bytes[4 * MIB - 3..4 * MIB + 4]);

    office.run("delete-file", place.clone()).await.unwrap();
    let error = download(&office, place).await.unwrap_err();
    let HostError::Connector(ConnectorError::NotFound(failure)) = &error else {
        panic!("{error:?}");
    };
    assert!(failure.message.contains("new_doc"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_beyond_the_columns_limit_is_refused_and_the_old_one_stays() {
    let (office, id) = office().await;
    let place = json!({"table": "account", "id": id, "column": "new_doc"});
    let mut input = place.clone();
    input["file-name"] = json!("a.bin");
    upload(&office, input.clone(), b"old").await.unwrap();
    let error = upload(&office, input, &content(17 * MIB))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("too big"), "{error}");
    let (back, _) = download(&office, place).await.unwrap();
    assert_eq!(back, b"old");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_has_two_forms() {
    let (office, id) = office().await;
    let place = json!({"table": "account", "id": id, "column": "new_photo"});
    let mut input = place.clone();
    input["file-name"] = json!("logo.png");
    input["content"] = json!(PICTURE);
    let told = office.run("upload-file", input).await.unwrap();
    assert_eq!(told["size"], 490);
    let full = office.run("download-file", place.clone()).await.unwrap();
    assert_eq!(full["content"], PICTURE);
    let mut small = place;
    small["picture"] = json!("thumbnail");
    let small = office.run("download-file", small).await.unwrap();
    assert_ne!(small["content"], PICTURE);
    assert!(small["content"].as_str().unwrap().starts_with("iVBOR"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_only_shown_sends_nothing() {
    let (office, id) = office().await;
    let input = json!({
        "table": "account", "id": id, "column": "entityimage",
        "file-name": "logo.png", "content": PICTURE,
    });
    let call = office.call("upload-file", input);
    let shown = office.host.dry_run(&call).await.unwrap();
    assert!(format!("{shown:?}").contains("entityimage"), "{shown:?}");
    let place = json!({"table": "account", "id": id, "column": "entityimage"});
    download(&office, place).await.unwrap_err();
}
