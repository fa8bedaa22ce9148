//! Functions and actions as a caller sees them.

mod background;

use airlock_connector::{Error, TransportError, http::Method, testing::Script};
use serde_json::{Value, json};

use crate::{
    actions::testing::{ID, faults, last, run, run_with_key, sent},
    operations::testing::DOCUMENT,
    tables::testing::organisation,
};

const OTHER: &str = "5f3e0c11-1111-4222-8333-000000000002";

fn script() -> Script {
    organisation().always(Method::Get, "$metadata", 200, DOCUMENT)
}

/// What was sent apart from questions for metadata.
fn called(script: &Script) -> Vec<String> {
    let mut sent = sent(script);
    sent.retain(|line| line != "GET $metadata");
    sent
}

fn body(script: &Script) -> Value {
    serde_json::from_slice(&last(script).body).unwrap()
}

fn refused(action: &str, input: Value) -> Vec<(String, String)> {
    let script = script();
    let found = faults(run(&script, action, input).unwrap_err());
    assert!(called(&script).is_empty(), "{:?}", called(&script));
    found
}

#[test]
fn a_function_by_itself_gives_what_the_service_gave() {
    let script = script().answer(Method::Get, "WhoAmI()", 200, r#"{"UserId": "u"}"#);
    let input = json!({"name": "microsoft.dynamics.crm.whoami"});
    let output = run(&script, "call-function", input).unwrap();
    assert_eq!(output, json!({"result": {"UserId": "u"}}));
}

#[test]
fn the_parameters_of_a_function_stand_in_its_address_each_in_its_type() {
    let script = script().answer(Method::Get, "new_Greeting(", 200, "{}");
    let input = json!({"name": "new_Greeting", "parameters": {
        "name": "O'Neil & Co", "At": "2026-03-25 17:42", "Access": "internet",
        "Tags": ["a", "b"], "Target": format!("accounts({ID})"), "Page": {"count": "5"},
    }});
    run(&script, "call-function", input).unwrap();
    let target = format!("%7B%22%40odata.id%22%3A%22accounts%28{ID}%29%22%7D");
    assert_eq!(
        called(&script),
        [format!(
            "GET new_Greeting(Name=@a1,At=@a2,Access=@a3,Tags=@a4,Target=@a5,Page=@a6)\
             ?@a1='O%27%27Neil%20%26%20Co'&@a2=2026-03-25T17%3A42%3A00Z\
             &@a3=Microsoft.Dynamics.CRM.EndpointAccessType'Internet'\
             &@a4=%5B%22a%22%2C%22b%22%5D&@a5={target}&@a6=%7B%22Count%22%3A5%7D"
        )]
    );
}

#[test]
fn a_function_is_called_on_a_row_by_its_key() {
    let script = script().answer(Method::Get, "accounts(", 200, r#"{"value": 7}"#);
    let input = json!({"name": "new_Score", "table": "Account", "key": {"accountnumber": "A/1"},
        "parameters": {"Depth": "3"}});
    let output = run(&script, "call-function", input).unwrap();
    assert_eq!(output["result"]["value"], 7);
    assert_eq!(
        called(&script),
        [
            "GET accounts(accountnumber=@p1)/Microsoft.Dynamics.CRM.new_Score(Depth=@a1)?@p1='A%2F1'&@a1=3"
        ]
    );
}

#[test]
fn an_action_on_a_row_takes_its_parameters_by_type_and_answers_nothing() {
    let script = script().answer(Method::Post, "tasks(", 204, "");
    let input = json!({"name": "new_escalate", "id": format!("tasks({ID})"), "parameters": {
        "Reason": "late", "Due": "03/25/2026", "Cost": "12.50", "Urgent": "yes",
        "Helper": OTHER,
    }});
    let output = run(&script, "call-action", input).unwrap();
    assert_eq!(output, json!({}));
    assert_eq!(
        called(&script),
        [format!(
            "POST tasks({ID})/Microsoft.Dynamics.CRM.new_Escalate"
        )]
    );
    let text = String::from_utf8(last(&script).body).unwrap();
    assert!(text.contains("\"Cost\":12.50"), "{text}");
    let mut sent = body(&script);
    sent.as_object_mut().unwrap().remove("Cost");
    assert_eq!(
        sent,
        json!({"Reason": "late", "Due": "2026-03-25", "Urgent": true,
            "Helper": {"@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": OTHER}})
    );
}

#[test]
fn rows_within_objects_and_rights_by_name_are_understood() {
    let script = script().answer(Method::Post, "GrantAccess", 204, "");
    let input = json!({"name": "GrantAccess", "parameters": {
        "Target": {"table": "accounts", "id": ID},
        "PrincipalAccess": {"Principal": {"@odata.type": "#Microsoft.Dynamics.CRM.team", "ownerid": OTHER},
            "AccessMask": ["readaccess", "WriteAccess"]},
    }});
    run(&script, "call-action", input).unwrap();
    assert_eq!(
        body(&script),
        json!({
            "Target": {"@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": ID},
            "PrincipalAccess": {
                "Principal": {"@odata.type": "Microsoft.Dynamics.CRM.team", "teamid": OTHER},
                "AccessMask": "ReadAccess, WriteAccess",
            },
        })
    );
}

#[test]
fn a_row_by_alternate_key_and_a_list_of_rows_are_sent_by_id() {
    let script = script()
        .answer(
            Method::Get,
            "accounts(accountnumber=",
            200,
            &json!({"accountid": OTHER}).to_string(),
        )
        .answer(Method::Post, "GrantAccess", 204, "");
    let input = json!({"name": "GrantAccess", "parameters": {
        "Target": {"table": "account", "key": {"accountnumber": "A1"}},
        "PrincipalAccess": {"AccessMask": 1, "Principal": {"table": "team", "id": OTHER}},
    }});
    run(&script, "call-action", input).unwrap();
    let sent = body(&script);
    assert_eq!(sent["Target"]["accountid"], OTHER);
    assert_eq!(sent["PrincipalAccess"]["AccessMask"], "ReadAccess");
    let script = self::script().answer(Method::Post, "teams(", 204, "");
    let input = json!({"name": "AddMembersTeam", "table": "team", "id": ID,
        "parameters": {"Members": [OTHER, {"id": ID}]}});
    run(&script, "call-action", input).unwrap();
    let member =
        |id: &str| json!({"@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": id});
    assert_eq!(
        body(&script),
        json!({"Members": [member(OTHER), member(ID)]})
    );
}

#[test]
fn a_new_row_is_given_by_its_columns() {
    let script = script().answer(Method::Post, "new_Plan", 204, "");
    let input = json!({"name": "new_Plan", "parameters": {"Task": {
        "subject": "Call", "prioritycode": "High",
        "regardingobjectid": {"table": "account", "id": ID},
    }}});
    run(&script, "call-action", input).unwrap();
    assert_eq!(
        body(&script),
        json!({"Task": {"@odata.type": "Microsoft.Dynamics.CRM.task", "subject": "Call", "prioritycode": 2,
            "regardingobjectid_account_task@odata.bind": format!("/accounts({ID})")}})
    );
}

#[test]
fn every_fault_of_a_call_is_told_at_once_and_at_its_place() {
    let found = refused(
        "call-action",
        json!({"name": "new_Escalate", "table": "task", "id": ID, "parameters": {
            "Resaon": "x", "Due": "tomorrow", "Cost": "much", "Urgent": "perhaps",
            "Helper": {"table": "account", "id": ID},
        }}),
    );
    let at = |pointer: &str| {
        let one = found.iter().find(|(place, _)| place == pointer);
        one.unwrap_or_else(|| panic!("{pointer}: {found:?}"))
            .1
            .clone()
    };
    assert_eq!(
        at("/parameters/Reason"),
        "`Reason` is missing: new_Escalate needs a text"
    );
    assert!(at("/parameters/Resaon").contains("did you mean Reason?"));
    assert!(at("/parameters/Due").contains("2026-03-25"));
    assert!(at("/parameters/Cost").contains("not a number"));
    assert!(at("/parameters/Urgent").contains("perhaps"));
    assert!(at("/parameters/Helper").contains("not one of account"));
    assert_eq!(found.len(), 6);
}

#[test]
fn what_cannot_be_meant_says_what_would_be_right() {
    let parameters = |target: Value| {
        json!({"name": "GrantAccess", "parameters": {"Target": target,
            "PrincipalAccess": {"AccessMask": "ReadAcess", "Prinzipal": 1}}})
    };
    let found = refused("call-action", parameters(json!(ID)));
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert!(texts[0].starts_with("a row of which table?"), "{texts:?}");
    assert!(texts[1].contains("did you mean ReadAccess?"), "{texts:?}");
    assert!(texts[2].contains("did you mean Principal?"), "{texts:?}");
    let found = refused("call-action", parameters(json!(7)));
    assert!(found[0].1.contains("does not point at a row"), "{found:?}");
    let found = refused("call-action", json!({"name": "GrantAcess"}));
    assert!(
        found[0].1.contains("did you mean GrantAccess?"),
        "{found:?}"
    );
    let found = refused("call-function", json!({"name": "GrantAccess"}));
    assert!(found[0].1.contains("call-action"), "{found:?}");
    let found = refused("call-action", json!({"name": "new_Escalate", "id": ID}));
    assert_eq!(found[0].0, "/table");
}

#[test]
fn an_operation_that_is_new_is_found_by_asking_again() {
    let older = DOCUMENT.replace("new_Plan", "new_Older");
    let script = organisation()
        .answer(Method::Get, "$metadata", 200, &older)
        .answer(Method::Get, "$metadata", 200, DOCUMENT)
        .answer(Method::Post, "new_Plan", 204, "");
    // The first load began before this call did.
    let session = crate::actions::testing::session(&script);
    let load = session
        .catalog()
        .operations(session.client(), crate::tables::Freshness::Cached);
    futures::executor::block_on(load).unwrap();
    let wait = airlock_connector::Transport::sleep(&script, std::time::Duration::from_secs(1));
    futures::executor::block_on(wait);
    let call = airlock_connector::dispatch::Invocation {
        action: "call-action".to_owned(),
        input: json!({"name": "new_Plan", "parameters": {"Task": {"subject": "x"}}}).to_string(),
        idempotency_key: None,
        may_be_done: false,
    };
    let done = airlock_connector::dispatch::invoke::<crate::Dynamics, _>(&session, &call);
    assert_eq!(futures::executor::block_on(done).unwrap(), "{}");
}

#[test]
fn an_action_is_repeated_only_where_it_was_certainly_not_carried_out() {
    let input = || {
        json!({"name": "GrantAccess", "parameters": {
        "Target": {"table": "account", "id": ID},
        "PrincipalAccess": {"AccessMask": 1, "Principal": {"table": "team", "id": OTHER}}}})
    };
    let script = self::script()
        .answer(Method::Post, "GrantAccess", 429, "")
        .answer(Method::Post, "GrantAccess", 204, "");
    run(&script, "call-action", input()).unwrap();
    let broken = TransportError::Interrupted("the connection broke".into());
    let script = self::script().fail(Method::Post, "GrantAccess", broken.clone());
    let error = run(&script, "call-action", input()).unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    let script = self::script().fail(Method::Get, "WhoAmI()", broken).answer(
        Method::Get,
        "WhoAmI()",
        200,
        "{}",
    );
    run(&script, "call-function", json!({"name": "WhoAmI"})).unwrap();
    let script = self::script();
    let found = faults(run_with_key(&script, "call-action", input(), Some("k")).unwrap_err());
    assert!(found[0].1.contains("takes no idempotency key"), "{found:?}");
}

#[test]
fn what_there_is_is_listed_by_table_kind_and_name() {
    let script = script();
    let output = run(
        &script,
        "list-operations",
        json!({"table": "task", "kind": "action"}),
    )
    .unwrap();
    assert_eq!(output["count"], 1);
    let one = &output["operations"][0];
    assert_eq!(
        (&one["name"], &one["table"]),
        (&json!("new_Escalate"), &json!("task"))
    );
    assert_eq!(
        one["parameters"][0],
        json!({"name": "Reason", "takes": "a text", "required": true})
    );
    let output = run(&script, "list-operations", json!({"search": "ACCESS"})).unwrap();
    let taken = &output["operations"][0]["parameters"][1]["takes"];
    assert_eq!(taken, "an object of type PrincipalAccess");
}
