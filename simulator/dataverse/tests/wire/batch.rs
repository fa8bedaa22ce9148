//! `$batch` over the wire: what real clients send, and what the documentation says they get.

use crate::support::{Answer, Client};
use dataverse_sim::Sim;
use http::{Method, StatusCode};
use serde_json::Value;

mod limits;

const NOBODY: &str = "aaaa0000-0000-4000-8000-00000000dead";

/// A request of its own in a batch.
fn single(request: &str) -> String {
    format!(
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{request}\r\n"
    )
}

fn get(url: &str) -> String {
    single(&format!(
        "GET {url} HTTP/1.1\r\nAccept: application/json\r\n"
    ))
}

fn write(method: &str, url: &str, body: &str) -> String {
    single(&format!(
        "{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

/// A change set of requests with the content ids 1, 2, …
fn change_set(requests: &[(&str, &str, &str)]) -> String {
    let mut text = "Content-Type: multipart/mixed; boundary=\"changeset_x\"\r\n\r\n".to_owned();
    for (id, (method, url, body)) in (1..).zip(requests) {
        text.push_str(&format!(
            "--changeset_x\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {id}\r\n\r\n\
             {method} {url} HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n\r\n{body}\r\n"
        ));
    }
    text.push_str("--changeset_x--\r\n");
    text
}

fn batch(parts: &[String]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str("--batch_x\r\n");
        text.push_str(part);
    }
    text.push_str("--batch_x--\r\n");
    text
}

async fn send(client: &Client, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut all = vec![("content-type", "multipart/mixed; boundary=\"batch_x\"")];
    all.extend_from_slice(headers);
    client.api(Method::POST, "$batch", &all, body).await
}

/// The status lines of an answer's parts, in order.
fn statuses(answer: &Answer) -> Vec<u16> {
    let text = answer.text();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("HTTP/1.1 "));
    lines
        .map(|line| line.get(..3).unwrap().parse().unwrap())
        .collect()
}

async fn count(client: &Client, filter: &str) -> usize {
    let answer = client.get(&format!("{filter}&$select=createdon")).await;
    answer.json()["value"].as_array().unwrap().len()
}

async fn row(client: &Client, query: &str) -> Value {
    client.get(query).await.json()["value"][0].clone()
}

#[tokio::test]
async fn the_documented_batch_gets_the_documented_answer() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let body = batch(&[
        change_set(&[
            (
                "POST",
                "/api/data/v9.2/accounts",
                r#"{"name":"Harbor Tools"}"#,
            ),
            (
                "POST",
                "/api/data/v9.2/contacts",
                r#"{"lastname":"Okoro","parentcustomerid_account@odata.bind":"$1"}"#,
            ),
        ]),
        get(&format!("/api/data/v9.2/accounts({NOBODY})?$select=name")),
    ]);
    let answer = send(&client, &[("prefer", "odata.continue-on-error")], &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    let account = row(
        &client,
        "accounts?$filter=name eq 'Harbor Tools'"
            .replace(' ', "%20")
            .as_str(),
    )
    .await;
    let contact = row(&client, "contacts?$filter=lastname%20eq%20'Okoro'").await;
    assert_eq!(contact["_parentcustomerid_value"], account["accountid"]);
    let content_type = answer.header("content-type");
    let outer = content_type
        .strip_prefix("multipart/mixed; boundary=")
        .unwrap();
    assert!(outer.starts_with("batchresponse_"), "{content_type}");
    let text = answer.text();
    let inner = text
        .lines()
        .find_map(|line| line.strip_prefix("--changesetresponse_"))
        .unwrap();
    let request = text
        .lines()
        .find_map(|line| line.strip_prefix("REQ_ID: "))
        .unwrap();
    let url =
        |set: &str, id: &Value| format!("{}{set}({})", sim.web_api_url(), id.as_str().unwrap());
    let (first, second) = (
        url("accounts", &account["accountid"]),
        url("contacts", &contact["contactid"]),
    );
    let made = |id: u8, url: &str| {
        format!(
            "--changesetresponse_{inner}\n\
             Content-Type: application/http\nContent-Transfer-Encoding: binary\nContent-ID: {id}\n\n\
             HTTP/1.1 204 No Content\nOData-EntityId: {url}\nLocation: {url}\nOData-Version: 4.0\n\n\n"
        )
    };
    let expected = format!(
        "--{outer}\nContent-Type: multipart/mixed; boundary=changesetresponse_{inner}\n\n{}{}--changesetresponse_{inner}--\n\
         --{outer}\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
         HTTP/1.1 404 Not Found\nREQ_ID: {request}\nContent-Type: application/json; odata.metadata=minimal\n\
         OData-Version: 4.0\n\n\
         {{\"error\":{{\"code\":\"0x80040217\",\"message\":\"account With Id = {NOBODY} Does Not Exist\"}}}}\n--{outer}--\n",
        made(1, &first),
        made(2, &second)
    );
    assert_eq!(text, expected.replace('\n', "\r\n"));
}

#[tokio::test]
async fn a_batch_stops_at_the_first_failure_unless_told_to_go_on() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let body = batch(&[
        get("WhoAmI"),
        get(&format!("accounts({NOBODY})")),
        write("POST", "accounts", r#"{"name":"after"}"#),
    ]);
    let stopped = send(&client, &[], &body).await;
    assert_eq!(stopped.status, StatusCode::NOT_FOUND);
    assert_eq!(statuses(&stopped), [200, 404]);
    assert!(
        stopped
            .header("content-type")
            .starts_with("multipart/mixed; boundary=")
    );
    assert_eq!(
        count(&client, "accounts?$filter=name%20eq%20'after'").await,
        0
    );
    let went_on = send(&client, &[("prefer", "odata.continue-on-error")], &body).await;
    assert_eq!(went_on.status, StatusCode::OK);
    assert_eq!(statuses(&went_on), [200, 404, 204]);
    assert_eq!(
        went_on.header("preference-applied"),
        "odata.continue-on-error"
    );
    assert_eq!(
        count(&client, "accounts?$filter=name%20eq%20'after'").await,
        1
    );
}

#[tokio::test]
async fn a_failing_change_set_leaves_nothing_and_answers_once() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let body = batch(&[
        change_set(&[
            ("POST", "accounts", r#"{"name":"undone"}"#),
            ("PATCH", "$1", r#"{"telephone1":"1"}"#),
            ("POST", "accounts", r#"{"nmae":"x"}"#),
            ("POST", "accounts", r#"{"name":"never"}"#),
        ]),
        write("POST", "accounts", r#"{"name":"kept"}"#),
    ]);
    let stopped = send(&client, &[], &body).await;
    assert_eq!(stopped.status, StatusCode::BAD_REQUEST);
    assert_eq!(statuses(&stopped), [400]);
    assert!(!stopped.text().contains("changesetresponse_"));
    assert!(stopped.text().contains("Content-ID: 3\r\n"));
    assert_eq!(count(&client, "accounts?$filter=name%20ne%20null").await, 0);
    let went_on = send(&client, &[("prefer", "odata.continue-on-error")], &body).await;
    assert_eq!(statuses(&went_on), [400, 204]);
    let name = row(&client, "accounts?$select=name").await["name"].clone();
    assert_eq!(name, "kept");
}

#[tokio::test]
async fn content_ids_are_understood_wherever_they_are_legal() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let body = batch(&[change_set(&[
        ("POST", "contacts", r#"{"firstname":"Ada","lastname":"x"}"#),
        ("PUT", "$1/lastname", r#"{"value":"Okoro"}"#),
        (
            "POST",
            "accounts",
            r#"{"name":"A","primarycontactid@odata.bind":"$1"}"#,
        ),
        ("POST", "accounts", r#"{"name":"B"}"#),
        ("PUT", "$4/primarycontactid/$ref", r#"{"@odata.id":"$1"}"#),
        (
            "POST",
            "$4/contact_customer_accounts/$ref",
            r#"{"@odata.id":"/$1"}"#,
        ),
        (
            "PATCH",
            "/api/data/v9.2/$3",
            r#"{"parentaccountid@odata.bind":"/$4"}"#,
        ),
        ("PATCH", "$4", r#"{"websiteurl":"$1"}"#),
    ])]);
    let answer = send(&client, &[], &body).await;
    assert_eq!(statuses(&answer), [204; 8], "{}", answer.text());
    let contact = row(&client, "contacts").await;
    assert_eq!(contact["fullname"], "Ada Okoro");
    let first = row(&client, "accounts?$filter=name%20eq%20'A'").await;
    let second = row(&client, "accounts?$filter=name%20eq%20'B'").await;
    assert_eq!(first["_primarycontactid_value"], contact["contactid"]);
    assert_eq!(second["_primarycontactid_value"], contact["contactid"]);
    assert_eq!(contact["_parentcustomerid_value"], second["accountid"]);
    assert_eq!(first["_parentaccountid_value"], second["accountid"]);
    assert_eq!(second["websiteurl"], "$1", "a value is no reference");
    let property = answer.text();
    let part = property.split("Content-ID: 2\r\n\r\n").nth(1).unwrap();
    assert!(part.starts_with("HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n\r\n\r\n--"));
}

#[tokio::test]
async fn a_representation_in_a_change_set_can_be_referred_to() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let part = "--c\nContent-Type: application/http\nContent-Transfer-Encoding: binary\nContent-ID: a\n\n\
                POST /api/data/v9.2/accounts?$select=name HTTP/1.1\nContent-Type: application/json\n\
                Prefer: return=representation\n\n{\"name\":\"A\"}\n\
                --c\nContent-Type: application/http\nContent-ID: b\n\nDELETE $a HTTP/1.1\n\n--c--\n";
    let body = format!("--batch_x\nContent-Type: multipart/mixed;boundary=c\n\n{part}--batch_x--");
    let answer = send(&client, &[], &body).await;
    assert_eq!(statuses(&answer), [201, 204], "{}", answer.text());
    assert!(answer.text().contains(
        "Content-Type: application/json; odata.metadata=minimal; odata.streaming=true\r\n"
    ));
    assert_eq!(count(&client, "accounts?$top=1").await, 0);
}

#[tokio::test]
async fn headers_of_the_batch_are_not_those_of_its_requests() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let me = client.get("WhoAmI").await.json()["UserId"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = batch(&[
        write("POST", "accounts", r#"{"name":"A"}"#),
        get("accounts?$select=name"),
        single(&format!(
            "GET WhoAmI HTTP/1.1\r\nMSCRMCallerID: {NOBODY}\r\n"
        )),
    ]);
    let outer = [
        (
            "prefer",
            "return=representation,odata.maxpagesize=1,odata.continue-on-error",
        ),
        ("mscrmcallerid", me.as_str()),
    ];
    let answer = send(&client, &outer, &body).await;
    assert_eq!(statuses(&answer), [204, 200, 403], "{}", answer.text());
    let account = row(&client, "accounts?$select=name,_createdonbehalfby_value").await;
    assert_eq!(account["_createdonbehalfby_value"], Value::Null);
}

#[tokio::test]
async fn a_batch_may_be_written_as_dynamics_web_api_writes_it() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let lines = [
        "--batch_x",
        "Content-Type: multipart/mixed;boundary=changeset_y",
        "\n--changeset_y",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "Content-ID: 1",
        "\nPOST /api/data/v9.2/accounts HTTP/1.1",
        "Content-Type: application/json",
        "\n{\"name\":\"A\"}",
        "\n--changeset_y--",
        "\n--batch_x",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "\nGET /api/data/v9.2/accounts?$select=name HTTP/1.1",
        "Accept: application/json",
        "\n--batch_x--\r\n",
    ];
    let answer = send(&client, &[], &lines.join("\r\n")).await;
    assert_eq!(statuses(&answer), [204, 200], "{}", answer.text());
    assert!(answer.text().contains("\"name\":\"A\""));
}

#[tokio::test]
async fn definitions_changed_in_a_change_set_hold_or_vanish_with_it() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let label = |text: &str| serde_json::json!({"LocalizedLabels": [{"Label": text, "LanguageCode": 1033}]});
    let table = |name: &str| {
        serde_json::json!({
            "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
            "SchemaName": name, "DisplayName": label("Thing"), "DisplayCollectionName": label("Things"),
            "OwnershipType": "UserOwned", "HasActivities": false, "HasNotes": false,
            "Attributes": [{
                "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
                "SchemaName": "new_Name", "DisplayName": label("Name"), "IsPrimaryName": true, "MaxLength": 100,
                "RequiredLevel": {"Value": "None"},
            }],
        })
        .to_string()
    };
    let (undone, kept) = (table("new_Undone"), table("new_Kept"));
    let failing = batch(&[change_set(&[
        ("POST", "EntityDefinitions", &undone),
        ("POST", "accounts", r#"{"nmae":"x"}"#),
    ])]);
    let answer = send(&client, &[], &failing).await;
    assert_eq!(statuses(&answer), [400], "{}", answer.text());
    assert_eq!(
        client.get("new_undones").await.status,
        StatusCode::NOT_FOUND
    );
    let definition = client
        .get("EntityDefinitions(LogicalName='new_undone')")
        .await;
    assert_eq!(definition.status, StatusCode::NOT_FOUND);
    let holding = batch(&[
        change_set(&[("POST", "EntityDefinitions", &kept)]),
        get("new_kepts"),
    ]);
    let answer = send(&client, &[], &holding).await;
    assert_eq!(statuses(&answer), [204, 200], "{}", answer.text());
}
