//! Functions and actions are called by name, with what people write, against a local Dataverse.

use airlock_runtime::{ConnectorError, HostError};
use dataverse_sim::operations::CustomOperations;
use serde_json::{Value, json};
use support::Office;

const OWN: &str = r#"
[[operation]]
name = "new_Register"
kind = "action"
[operation.parameters]
Company = { type = "String" }
[[operation.steps]]
when = { value = "{Company}", equals = "forbidden" }
refuse = { status = 403, code = "0x80048405", message = "Access is denied." }
[[operation.steps]]
create = "account"
as = "account"
values = { name = "{Company}" }
[operation.response]
AccountId = { type = "Guid", value = "{account.id}" }

[[operation]]
name = "new_Greeting"
kind = "function"
[operation.parameters]
Name = { type = "String" }
Times = { type = "Integer", optional = true }
[operation.response]
Text = { type = "String", value = "Hello {Name}" }
Times = { type = "Integer", value = "{Times}" }
"#;

async fn office() -> Office {
    let own = CustomOperations::parse(OWN).unwrap();
    Office::with(|sim| sim.operations(own)).await
}

fn refusals(result: Result<Value, HostError>) -> Vec<(String, String)> {
    match result.unwrap_err() {
        HostError::Connector(ConnectorError::InvalidInput(faults)) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.message))
            .collect(),
        other => panic!("{other:?}"),
    }
}

async fn id(office: &Office, table: &str, row: Value) -> Value {
    let input = json!({"table": table, "row": row});
    office.run("create-row", input).await.unwrap()["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_answer_to_their_short_and_qualified_names() {
    let office = office().await;
    for name in ["WhoAmI", "whoami", "Microsoft.Dynamics.CRM.WhoAmI"] {
        let who = office
            .run("call-function", json!({"name": name}))
            .await
            .unwrap();
        assert!(who["result"]["UserId"].is_string(), "{who}");
    }
    let parameters = json!({"name": "O'Neil & Co/ä", "Times": "3"});
    let input = json!({"name": "new_greeting", "parameters": parameters});
    let greeting = office.run("call-function", input).await.unwrap();
    assert_eq!(greeting["result"]["Text"], "Hello O'Neil & Co/ä");
    assert_eq!(greeting["result"]["Times"], 3);
    let input =
        json!({"name": "RetrieveTotalRecordCount", "parameters": {"EntityNames": ["account"]}});
    let counted = office.run("call-function", input).await.unwrap();
    assert_eq!(
        counted["result"]["EntityRecordCountCollection"]["Keys"],
        json!(["account"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_take_rows_as_people_point_at_them() {
    let office = office().await;
    let account = id(
        &office,
        "account",
        json!({"name": "Harbor", "accountnumber": "A/1"}),
    )
    .await;
    let team = id(&office, "team", json!({"name": "Crew"})).await;
    let me = office.run("get-current-user", json!({})).await.unwrap()["user-id"].clone();
    let input = json!({"name": "AddMembersTeam", "table": "team", "id": team, "parameters": {"Members": [me]}});
    assert_eq!(office.run("call-action", input).await.unwrap(), json!({}));
    let input = json!({"name": "GrantAccess", "parameters": {
        "Target": {"table": "account", "key": {"accountnumber": "A/1"}},
        "PrincipalAccess": {"Principal": {"table": "team", "id": team}, "AccessMask": ["readaccess", "WriteAccess"]},
    }});
    assert_eq!(office.run("call-action", input).await.unwrap(), json!({}));
    let address = format!("accounts({})", account.as_str().unwrap());
    let input = json!({"name": "RetrievePrincipalAccess", "table": "team", "id": team, "parameters": {"Target": address}});
    let granted = office.run("call-function", input).await.unwrap();
    let rights = granted["result"]["AccessRights"].as_str().unwrap();
    assert!(
        rights.contains("ReadAccess") && rights.contains("WriteAccess"),
        "{granted}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_row_is_a_parameter_by_its_columns() {
    let office = office().await;
    let customer = id(&office, "account", json!({"name": "Harbor"})).await;
    let row = json!({"name": "Three boats", "customerid": {"table": "account", "id": customer}});
    let opportunity = id(&office, "opportunity", row).await;
    let input = json!({"name": "WinOpportunity", "parameters": {"Status": 3,
        "OpportunityClose": {"subject": "Won", "opportunityid": opportunity}}});
    assert_eq!(office.run("call-action", input).await.unwrap(), json!({}));
    let input = json!({"table": "opportunity", "id": opportunity, "select": ["statecode"]});
    let read = office.run("get-row", input).await.unwrap();
    assert_eq!(read["row"]["statecode"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn slips_are_answered_with_what_would_be_right_before_anything_is_called() {
    let office = office().await;
    let found = refusals(
        office
            .run("call-action", json!({"name": "WinOportunity"}))
            .await,
    );
    assert!(
        found[0].1.contains("did you mean WinOpportunity?"),
        "{found:?}"
    );
    let input = json!({"name": "WinOpportunity", "parameters": {"Statsu": 3}});
    let found = refusals(office.run("call-action", input).await);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found
            .iter()
            .any(|(place, text)| place == "/parameters/Status" && text.contains("a whole number")),
        "{found:?}"
    );
    let input = json!({"name": "AddMembersTeam", "table": "account", "id": "5f3e0c11-1111-4222-8333-000000000001"});
    let found = refusals(office.run("call-action", input).await);
    assert!(
        found[0]
            .1
            .contains("is not bound to account; it is called on team"),
        "{found:?}"
    );
    let mut posted = office
        .sim
        .requests()
        .into_iter()
        .filter(|one| one.method == "POST");
    assert!(
        posted
            .find(|one| one.target.contains("/api/data/"))
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_called_is_listed_and_shown_by_a_dry_run() {
    let office = office().await;
    let listed = office
        .run("list-operations", json!({"search": "new_"}))
        .await
        .unwrap();
    let names: Vec<&str> = listed["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["new_Greeting", "new_Register"]);
    let call = office.call(
        "call-action",
        json!({"name": "new_Register", "parameters": {"Company": "Dry"}}),
    );
    let shown = office.host.dry_run(&call).await.unwrap();
    assert!(shown.url.ends_with("/new_Register"), "{}", shown.url);
    assert_eq!(shown.body.unwrap(), r#"{"Company":"Dry"}"#);
    let input = json!({"table": "account", "filter": "name eq 'Dry'"});
    assert!(office.run("find-row", input).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_in_the_background_is_waited_for_or_asked_for_later() {
    let office = office().await;
    let call = |company: &str, wait: bool| {
        let input =
            json!({"name": "new_Register", "parameters": {"Company": company}, "wait": wait});
        office.run("run-in-background", input)
    };
    let done = call("Later", true).await.unwrap();
    assert_eq!(done["outcome"], "done");
    assert!(done["result"]["AccountId"].is_string(), "{done}");
    let begun = call("Once", false).await.unwrap();
    assert_eq!(begun["outcome"], "running");
    let told = loop {
        let input = json!({"operation": begun["operation-id"]});
        let told = office.run("get-background-operation", input).await.unwrap();
        if told["outcome"] == "done" {
            break told;
        }
    };
    assert!(told["result"]["AccountId"].is_string(), "{told}");
    let refused = call("forbidden", true).await.unwrap_err();
    assert!(
        refused.to_string().contains("Access is denied"),
        "{refused}"
    );
}
