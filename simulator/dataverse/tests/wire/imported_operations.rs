//! The operations of an organisation's document: described, answered where the simulator has an answer, refused by name
//! where it has none.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::support::{Client, create};
use dataverse_sim::operations::CustomOperations;
use dataverse_sim::schema::import::import;
use dataverse_sim::{Sim, SimBuilder};
use http::{Method, StatusCode};
use serde_json::json;

const ORGANISATION: &str = include_str!("../../examples/organisation.xml");

fn organisation() -> SimBuilder {
    Sim::builder().imported(import(ORGANISATION).unwrap())
}

#[tokio::test]
async fn an_operation_that_only_the_document_describes_is_refused_by_name() {
    let sim = organisation().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let made = create(&client, "new_inspections", json!({ "subject": "Mast" })).await;
    let address = made.header("odata-entityid").to_owned();
    let (_, inspection) = address.rsplit_once('/').unwrap();
    let made = create(&client, "accounts", json!({ "name": "Harbor" })).await;
    let address = made.header("odata-entityid").to_owned();
    let (_, account) = address.rsplit_once('/').unwrap();
    let of = "Microsoft.Dynamics.CRM.";
    for (method, path, words) in [
        (
            Method::GET,
            "new_CalculateRisk(Severity=Microsoft.Dynamics.CRM.new_Severity'High',Since=null)"
                .to_owned(),
            "the function 'new_CalculateRisk'",
        ),
        (
            Method::GET,
            format!("{account}/{of}new_LatestInspection()"),
            "the function 'new_LatestInspection'",
        ),
        (
            Method::POST,
            "new_Report".to_owned(),
            "the action 'new_Report'",
        ),
        (
            Method::POST,
            format!("{inspection}/{of}new_Approve"),
            "the action 'new_Approve'",
        ),
        (
            Method::POST,
            format!("{inspection}/{of}new_Remind"),
            "the action 'new_Remind'",
        ),
        (
            Method::POST,
            format!("new_inspections/{of}new_CloseAll"),
            "the action 'new_CloseAll'",
        ),
    ] {
        let answer = client
            .api(method, &path, &[("content-type", "application/json")], "{}")
            .await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_IMPLEMENTED,
            "{path}: {}",
            answer.text()
        );
        let (_, message) = answer.error();
        assert!(
            message.contains(words) && message.contains("--operations"),
            "{message}"
        );
    }
    for (method, path, status) in [
        // The wrong verb, the wrong table, without what it is bound to, and what the document has no word of.
        (Method::GET, "new_Report".to_owned(), StatusCode::NOT_FOUND),
        (
            Method::POST,
            "new_CalculateRisk".to_owned(),
            StatusCode::NOT_FOUND,
        ),
        (
            Method::POST,
            format!("{account}/{of}new_Approve"),
            StatusCode::NOT_FOUND,
        ),
        (
            Method::POST,
            format!("{inspection}/{of}new_CloseAll"),
            StatusCode::NOT_FOUND,
        ),
        (
            Method::POST,
            "new_Approve".to_owned(),
            StatusCode::BAD_REQUEST,
        ),
        (
            Method::POST,
            "new_Unheard".to_owned(),
            StatusCode::NOT_FOUND,
        ),
        (Method::POST, "new_Lost".to_owned(), StatusCode::NOT_FOUND),
    ] {
        let answer = client
            .api(method, &path, &[("content-type", "application/json")], "{}")
            .await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
    let me = client.get("WhoAmI").await;
    assert_eq!(me.status, StatusCode::OK, "the simulator's own answer");
}

#[tokio::test]
async fn a_file_of_operations_answers_what_the_document_describes() {
    let file = r#"
        [[operation]]
        name = "new_Report"
        kind = "action"
        [operation.response]
        Text = { type = "String", value = "Thanks" }
    "#;
    let operations = CustomOperations::parse(file).unwrap();
    let sim = organisation().operations(operations).start().await.unwrap();
    assert!(
        !sim.operations_without_code()
            .contains(&"new_Report".to_owned())
    );
    let client = Client::signed_in(&sim).await;
    let answer = client
        .api(
            Method::POST,
            "new_Report",
            &[("content-type", "application/json")],
            "{}",
        )
        .await;
    assert_eq!(answer.json()["Text"], "Thanks", "{}", answer.text());
    let document = client
        .get_with("$metadata", &[("accept", "application/xml")])
        .await
        .text();
    for (piece, times) in [
        ("<Action Name=\"new_Report\">", 1),
        ("<ActionImport Name=\"new_Report\"", 1),
        ("<FunctionImport Name=\"new_CalculateRisk\"", 1),
        ("<Function Name=\"WhoAmI\">", 1),
        ("<Action Name=\"new_Approve\"", 2),
        ("<EntitySet Name=\"EntityDefinitions\"", 1),
    ] {
        assert_eq!(document.matches(piece).count(), times, "{piece}");
    }
}

#[tokio::test]
async fn kept_rows_keep_what_the_document_describes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.sqlite");
    let sim = organisation().file(&file).start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let get = |client: Client| async move {
        client
            .get_with("$metadata", &[("accept", "application/xml")])
            .await
            .text()
    };
    let before = get(client).await;
    drop(sim);
    let sim = Sim::builder().file(&file).start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let refused = client.api(Method::POST, "new_Report", &[], "{}").await;
    assert_eq!(refused.status, StatusCode::NOT_IMPLEMENTED);
    assert_eq!(get(client).await, before);
}

#[test]
fn the_start_says_what_is_left_out_and_what_has_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("organisation.xml");
    std::fs::write(&file, ORGANISATION).unwrap();
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_dataverse-sim"))
        .args(["--plain", "--listen", "127.0.0.1:0", "--metadata"])
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut banner = String::new();
    let mut lines = BufReader::new(simulator.stdout.take().unwrap());
    lines.read_line(&mut banner).unwrap();
    simulator.kill().unwrap();
    simulator.wait().unwrap();
    let mut said = String::new();
    simulator
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    for words in [
        "left out: 1 properties of the type Edm.GeographyPoint",
        "left out: the operation new_Lost: the type mscrm.new_gone is not there",
        "6 operations are described and answer 501",
        "(new_Approve, new_CalculateRisk, new_CloseAll, new_LatestInspection, new_Remind, …)",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
}

#[tokio::test]
async fn what_a_document_says_otherwise_of_known_operations_is_told() {
    let further = r#"
      <Function Name="WhoAmI">
        <Parameter Name="Verbose" Type="Edm.Boolean" />
        <ReturnType Type="Edm.String" />
      </Function>
      <Action Name="CloseIncident" IsBound="true">
        <Parameter Name="entity" Type="mscrm.account" />
      </Action>
    </Schema>"#;
    let text = ORGANISATION.replacen("</Schema>", further, 1);
    assert_ne!(text, ORGANISATION);
    let sim = Sim::builder()
        .imported(import(&text).unwrap())
        .start()
        .await
        .unwrap();
    assert_eq!(
        sim.operations_told_otherwise(),
        [
            "of the operation WhoAmI the parameters Verbose: the simulator's own does not take them",
            "the operation CloseIncident on a row of account: the simulator's own is on something else",
        ]
    );
    // It is in the document all the same, and a call is refused by name.
    let client = Client::signed_in(&sim).await;
    let document = client.get("$metadata").await.text();
    for piece in [
        r#"<Function Name="WhoAmI"><Parameter Name="Verbose" Type="Edm.Boolean" />"#,
        r#"<Action Name="CloseIncident" IsBound="true"><Parameter Name="entity" Type="mscrm.account" />"#,
    ] {
        assert_eq!(document.matches(piece).count(), 1, "{piece}");
    }
    let made = create(&client, "accounts", json!({ "name": "Harbor" })).await;
    let address = made.header("odata-entityid").to_owned();
    let (_, account) = address.rsplit_once('/').unwrap();
    let path = format!("{account}/Microsoft.Dynamics.CRM.CloseIncident");
    let json = [("content-type", "application/json")];
    let refused = client.api(Method::POST, &path, &json, "{}").await;
    assert_eq!(refused.status, StatusCode::NOT_IMPLEMENTED);
    let plain = organisation().start().await.unwrap();
    assert_eq!(plain.operations_told_otherwise(), Vec::<String>::new());
}
