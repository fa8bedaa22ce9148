//! Events: what callback registrations and webhooks are sent.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::support::{Answer, Client, control, create, small};

/// How long an event may take, and how long none is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_millis(700);

/// Somebody who is sent events, and answers each request with the next status, at last with 200.
struct Receiver {
    url: String,
    requests: UnboundedReceiver<(String, Value)>,
}

impl Receiver {
    async fn new(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, requests) = unbounded_channel();
        tokio::spawn(async move {
            let mut statuses = statuses.iter();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut text = Vec::new();
                let (head, body) = loop {
                    if let Some(request) = whole(&text) {
                        break request;
                    }
                    if stream.read_buf(&mut text).await.unwrap_or(0) == 0 {
                        return;
                    }
                };
                let status = statuses.next().unwrap_or(&200);
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).await.ok();
                if sender.send((head, body)).is_err() {
                    return;
                }
            }
        });
        Self { url, requests }
    }

    async fn next(&mut self) -> (String, Value) {
        let next = tokio::time::timeout(PATIENCE, self.requests.recv());
        next.await.unwrap().unwrap()
    }

    async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(SILENCE, self.requests.recv())
            .await
            .is_err()
    }
}

/// Head and body of a request that is there as a whole.
fn whole(text: &[u8]) -> Option<(String, Value)> {
    let text = str::from_utf8(text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let body = serde_json::from_str(body).ok()?;
    Some((head.to_lowercase(), body))
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    let url = answer.header("odata-entityid");
    url.rsplit_once('(')
        .unwrap()
        .1
        .trim_end_matches(')')
        .to_owned()
}

async fn change(client: &Client, path: &str, body: Value, headers: &[(&str, &str)]) {
    let headers = [&[("content-type", "application/json")], headers].concat();
    let answer = client
        .api(Method::PATCH, path, &headers, &body.to_string())
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
}

async fn register(client: &Client, url: &str, more: Value) {
    let mut body =
        json!({ "entityname": "account", "message": 4, "scope": 4, "version": 1, "url": url });
    let all = body.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    id(&create(client, "callbackregistrations", body).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_tells_of_what_it_asked_for() {
    let (_sim, client) = small().await;
    let mut receiver = Receiver::new(&[]).await;
    let narrow = json!({ "filteringattributes": "name,telephone1", "filterexpression": "industrycode eq 7" });
    register(&client, &receiver.url, narrow).await;
    create(
        &client,
        "accounts",
        json!({ "name": "Elsewhere", "industrycode": 1 }),
    )
    .await;
    let account = id(&create(
        &client,
        "accounts",
        json!({ "name": "Harbor", "industrycode": 7 }),
    )
    .await);
    let (head, body) = receiver.next().await;
    assert!(head.starts_with("post /hook http/1.1"), "{head}");
    assert_eq!(body["SdkMessage"], "Create");
    assert_eq!(body["ItemInternalId"], account.as_str());
    assert_eq!(body["accountid"], account.as_str());
    assert_eq!(body["name"], "Harbor");
    assert_eq!(body["industrycode"], 7);
    assert_eq!(body["_industrycode_label"], "Consulting");
    assert_eq!(body["_ownerid_type"], "systemusers");

    let path = format!("accounts({account})");
    change(&client, &path, json!({ "fax": "1" }), &[]).await;
    let quiet = [("MSCRM.SuppressCallbackRegistrationExpanderJob", "true")];
    change(&client, &path, json!({ "name": "Quiet" }), &quiet).await;
    client
        .api(Method::DELETE, &path, &[("if-match", "W/\"1\"")], "")
        .await;
    assert!(receiver.is_silent().await, "nothing that it asked for");
    change(&client, &path, json!({ "name": "Quiet" }), &[]).await;
    let (_, body) = receiver.next().await;
    assert_eq!(
        body["SdkMessage"], "Update",
        "written is enough, changed or not"
    );
    client.api(Method::DELETE, &path, &[], "").await;
    assert!(receiver.is_silent().await, "added and modified only");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_undone_is_not_told() {
    let (_sim, client) = small().await;
    let mut receiver = Receiver::new(&[]).await;
    register(&client, &receiver.url, json!({})).await;
    let body = json!({ "Targets": [
        { "@odata.type": "Microsoft.Dynamics.CRM.account", "name": "First" },
        { "@odata.type": "Microsoft.Dynamics.CRM.account", "name": "Second", "primarycontactid@odata.bind": "/contacts(aaaa0000-0000-4000-8000-00000000dead)" },
    ] });
    let answer = create(
        &client,
        "accounts/Microsoft.Dynamics.CRM.CreateMultiple",
        body,
    )
    .await;
    assert!(answer.status.is_client_error(), "{}", answer.text());
    assert!(receiver.is_silent().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_sent_the_execution_and_tried_once_more() {
    let (sim, client) = small().await;
    let mut receiver = Receiver::new(&[503]).await;
    let found = async |path: &str, column: &str| {
        let answer = client.get(path).await.json();
        answer["value"][0][column].as_str().unwrap().to_owned()
    };
    let endpoint = json!({
        "name": "Hook", "contract": 8, "authtype": 5, "url": receiver.url,
        "authvalue": "<settings><setting name=\"x-demo\" value=\"abc\" /></settings>",
    });
    let endpoint = id(&create(&client, "serviceendpoints", endpoint).await);
    let message = found(
        "sdkmessages?$select=sdkmessageid&$filter=name%20eq%20'Update'",
        "sdkmessageid",
    )
    .await;
    let filter = format!(
        "sdkmessagefilters?$select=sdkmessagefilterid&$filter=primaryobjecttypecode%20eq%20'account'%20and%20_sdkmessageid_value%20eq%20{message}"
    );
    let filter = found(&filter, "sdkmessagefilterid").await;
    let step = json!({
        "name": "Hook: Update of account", "mode": 1, "stage": 40, "rank": 1, "filteringattributes": "name",
        "eventhandler_serviceendpoint@odata.bind": format!("/serviceendpoints({endpoint})"),
        "sdkmessageid@odata.bind": format!("/sdkmessages({message})"),
        "sdkmessagefilterid@odata.bind": format!("/sdkmessagefilters({filter})"),
    });
    let step = id(&create(&client, "sdkmessageprocessingsteps", step).await);
    let image = json!({
        "name": "before", "entityalias": "before", "imagetype": 0, "messagepropertyname": "Target", "attributes": "name",
        "sdkmessageprocessingstepid@odata.bind": format!("/sdkmessageprocessingsteps({step})"),
    });
    id(&create(&client, "sdkmessageprocessingstepimages", image).await);
    let account = id(&create(&client, "accounts", json!({ "name": "Harbor" })).await);
    change(
        &client,
        &format!("accounts({account})"),
        json!({ "name": "Quay" }),
        &[],
    )
    .await;
    let (head, body) = receiver.next().await;
    let (_, again) = receiver.next().await;
    assert_eq!(body, again, "503 is tried once more");
    for header in [
        "x-demo: abc",
        "x-ms-dynamics-entity-name: account",
        "x-ms-dynamics-request-name: update",
        "x-ms-correlation-request-id: ",
        "x-ms-dynamics-organization: ",
    ] {
        assert!(head.contains(header), "{header} is not in {head}");
    }
    assert_eq!(body["MessageName"], "Update");
    assert_eq!(body["PrimaryEntityId"], account.as_str());
    assert_eq!(body["Mode"], 1);
    let target = &body["InputParameters"][0];
    assert_eq!(target["key"], "Target");
    let attributes = target["value"]["Attributes"].as_array().unwrap();
    assert!(attributes.contains(&json!({ "key": "name", "value": "Quay" })));
    let image = &body["PreEntityImages"][0];
    assert_eq!(image["key"], "before");
    assert_eq!(
        image["value"]["Attributes"],
        json!([{ "key": "name", "value": "Harbor" }])
    );
    tokio::time::sleep(SILENCE).await;
    let log = control(&sim, Method::GET, "/deliveries", "").await.json();
    let sent = &log["deliveries"][0]["sent"][0];
    assert_eq!(sent["kind"], "webhook");
    assert_eq!(
        (&sent["attempts"], &sent["status"]),
        (&json!(2), &json!(200))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_go_wrong_on_purpose() {
    let (sim, client) = small().await;
    let mut receiver = Receiver::new(&[]).await;
    register(&client, &receiver.url, json!({})).await;
    let set = async |body: &str| control(&sim, Method::PUT, "/deliveries", body).await.status;
    assert_eq!(set(r#"{"lose":1.5}"#).await, StatusCode::BAD_REQUEST);
    assert_eq!(set(r#"{"lose":1.0}"#).await, StatusCode::OK);
    create(&client, "accounts", json!({ "name": "Lost" })).await;
    assert!(receiver.is_silent().await);
    assert_eq!(set(r#"{"double":1.0}"#).await, StatusCode::OK);
    create(&client, "accounts", json!({ "name": "Double" })).await;
    let (one, other) = (receiver.next().await, receiver.next().await);
    assert_eq!(one.1, other.1);
    let gone = control(&sim, Method::DELETE, "/deliveries", "").await;
    assert!(gone.status.is_success());
    create(&client, "accounts", json!({ "name": "Single" })).await;
    receiver.next().await;
    assert!(receiver.is_silent().await);
}
