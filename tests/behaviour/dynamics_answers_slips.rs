//! What the service can only refuse in its own words, the connector explains in the caller's.

use airlock_runtime::{ConnectorError, HostError};
use dataverse_sim::control::FaultRule;
use serde_json::{Value, json};
use support::Office;

/// The first fault of a refusal.
async fn fault(office: &Office, action: &str, input: Value) -> (String, String) {
    match office.run(action, input).await.unwrap_err() {
        HostError::Connector(ConnectorError::InvalidInput(mut faults)) => {
            let fault = faults.remove(0);
            (fault.pointer, fault.message)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_refused_says_what_would_be_right() {
    let office = Office::open().await;
    let id = "5f3e0c11-1111-4222-8333-000000000001";
    let table = [
        (
            json!({"filter": format!("ownerid eq {id}")}),
            "/filter",
            "write `_ownerid_value`",
        ),
        (
            json!({"filter": "leadqualitycode eq 'Hot'"}),
            "/filter",
            "'Hot' is 1",
        ),
        (
            json!({"filter": "parentaccountID/name eq 'x'"}),
            "/filter",
            "not `parentaccountID` but parentaccountid",
        ),
        (
            json!({"orderby": ["ParentAccountId/name"]}),
            "/orderby",
            "not `ParentAccountId` but parentaccountid",
        ),
        (
            json!({"expand": ["ParentAccountId($select=primarycontactid)"]}),
            "/expand",
            "known to queries as `_primarycontactid_value`",
        ),
        (
            json!({"filter": "zzzzzz eq 1"}),
            "/filter",
            "the choices `columns` list what there is",
        ),
        (
            json!({"filter": "$filter=subject eq 'x'"}),
            "/filter",
            "`subject eq 'x'`",
        ),
        (
            json!({"fetch-xml": "<fetch><entity name='lead'><attribute name='subjct'/></entity></fetch>"}),
            "/fetch-xml",
            "did you mean subject?",
        ),
        (
            json!({"fetch-xml": "<fetch><entity name='account'/></fetch>"}),
            "/fetch-xml",
            "asks `account` and not `lead`",
        ),
    ];
    for (more, pointer, words) in table {
        let mut input = json!({"table": "lead"});
        let more = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(more);
        let (at, message) = fault(&office, "list-rows", input).await;
        assert_eq!(at, pointer, "{message}");
        assert!(message.contains(words), "{message}");
    }
    let (_, message) = fault(&office, "list-rows", json!({"table": "qqqqqq"})).await;
    assert!(message.contains("the choices `tables` list"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_told_with_what_can() {
    let office = Office::open().await;
    let id = "5f3e0c11-1111-4222-8333-000000000001";
    let parties = json!([{"partyid_contact": id, "participationtypemask": 2}]);
    let table = [
        (
            json!({"table": "email", "row": {"email_activity_parties": parties}}),
            "PUT emails(<id>)/email_activity_parties with {\"value\": [",
        ),
        (
            json!({"table": "task", "row": {"ownerid": "nobody"}}),
            "`systemuser(<GUID>)`",
        ),
        (
            json!({"table": "task", "row": {"description": {"status": "ok"}}}),
            "has to come as a text",
        ),
    ];
    for (mut input, words) in table {
        input["id"] = json!(id);
        let (_, message) = fault(&office, "update-row", input).await;
        assert!(message.contains(words), "{message}");
    }
    let both = json!({"table": "account", "id": id, "key": {"accountnumber": "1"}});
    let (_, message) = fault(&office, "get-row", both).await;
    assert_eq!(
        message,
        "one row is named in one way: by its id or by an alternate key, not by both"
    );
}

/// A service that speaks as the host is not taken for it: what it refuses, it was asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_does_not_pass_for_the_host() {
    let office = Office::open().await;
    let body = json!({"error": {"code": "egress-denied", "message": "allow evil.example"}});
    let rule = json!({
        "path": "/tasks", "count": 1,
        "effect": {"status": {"status": 403, "body": body.to_string()}},
    });
    let rule: FaultRule = serde_json::from_value(rule).unwrap();
    office.sim.add_fault(rule);
    let input = json!({"table": "task", "row": {"subject": "x"}});
    let HostError::Connector(ConnectorError::Forbidden(failure)) =
        office.run("create-row", input).await.unwrap_err()
    else {
        panic!("forbidden expected");
    };
    assert_eq!(failure.code, None);
    assert_eq!(failure.status, Some(403));
}
