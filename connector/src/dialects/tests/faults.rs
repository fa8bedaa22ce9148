//! What is wrong is told at the key that a person wrote.

use serde_json::json;

use crate::{
    actions::testing::{ID, faults, run},
    tables::testing::organisation,
};

#[test]
fn each_fault_stands_at_the_persons_own_key() {
    for (operation, input, pointer, words) in [
        (
            "CreateRecord",
            json!({"item/subject": "a"}),
            "/entityName",
            "is missing",
        ),
        (
            "CreateRecord",
            json!({"entityName": "tasks"}),
            "/item",
            "is missing",
        ),
        (
            "CreateRecord",
            json!({"entityName": "taskss", "item/subject": "a"}),
            "/entityName",
            "did you mean",
        ),
        (
            "CreateRecord",
            json!({"entityName": "tasks", "item/subjct": "a"}),
            "/item~1subjct",
            "subject",
        ),
        (
            "CreateRecord",
            json!({"entityName": "tasks", "item": {"percentcomplete": "12.5"}}),
            "/item/percentcomplete",
            "",
        ),
        (
            "CreateRecord",
            json!({"entityName": "tasks", "item": {"subject": "a"}, "item/subject": "b"}),
            "/item~1subject",
            "leave one of them out",
        ),
        (
            "ListRecords",
            json!({"entityName": "tasks", "$top": 0}),
            "/$top",
            "from 1",
        ),
        (
            "ListRecords",
            json!({"entityName": "tasks", "$top": "many"}),
            "/$top",
            "whole number",
        ),
        (
            "ListRecords",
            json!({"entityName": "tasks", "top": 1}),
            "/top",
            "did you mean $top",
        ),
        (
            "ListRecords",
            json!({"entityName": "tasks", "$filter": "a eq 1", "fetchXml": "<fetch><entity name='task'/></fetch>"}),
            "/$filter",
            "FetchXML",
        ),
        (
            "ListRecords",
            json!({"entityName": "tasks", "$filter": "$filter=a eq 1"}),
            "/$filter",
            "",
        ),
        (
            "ListRecords",
            json!({"entityName": "tasks", "minimumItemCount": 100_001}),
            "/minimumItemCount",
            "100000",
        ),
        (
            "GetItem",
            json!({"entityName": "tasks", "recordId": "x y"}),
            "/recordId",
            "",
        ),
        (
            "GetItems",
            json!({"dataset": "https://fabrikam.crm.dynamics.com", "table": "tasks"}),
            "/dataset",
            "connection is to contoso.crm.dynamics.com",
        ),
        (
            "GetItems",
            json!({"dataset": "default.cds", "table": "tasks", "$top": 0}),
            "/$top",
            "from 1",
        ),
        (
            "createEntity",
            json!({"entityType": "tasks", "fieldValues": [{"key": "subjct", "value": "a"}]}),
            "/fieldValues/0/value",
            "subject",
        ),
        (
            "createEntity",
            json!({"entityType": "tasks", "fieldValues": [{"key": "subject", "value": "a"}, {"key": "subject", "value": "b"}]}),
            "/fieldValues/1/value",
            "twice",
        ),
        (
            "createEntity",
            json!({"entityType": "tasks", "dynamicValues": {"subjct": "a"}}),
            "/dynamicValues/subjct",
            "subject",
        ),
        (
            "batchEntityActions",
            json!({"actions": [{"collection": "tasks", "action": "create", "data": {"subjct": "a"}}]}),
            "/actions/0/data/subjct",
            "subject",
        ),
        (
            "batchEntityActions",
            json!({"actions": [{"collection": "tasks", "action": "upsert"}]}),
            "/actions/0/action",
            "create, update, delete",
        ),
        (
            "batchEntityActions",
            json!({"actions": [{"action": "delete", "key": ID}]}),
            "/actions/0/collection",
            "is missing",
        ),
        (
            "queryEntities",
            json!({"entityType": "tasks", "recordsPerPage": "5001"}),
            "/recordsPerPage",
            "5000",
        ),
        (
            "ListRecords",
            json!({"entityName": "tasks", "$top": 5001}),
            "/$top",
            "5000",
        ),
        (
            "batchEntityActions",
            json!({"actions": [{"collection": "tasks", "action": "delete"}]}),
            "/actions/0",
            "which row",
        ),
        (
            "batchEntityActions",
            json!({"actions": 1}),
            "/actions",
            "a list of objects",
        ),
        (
            "ExecuteChangeset",
            json!({"actions": {"Read": {"operationId": "GetItem", "parameters": {"entityName": "tasks", "recordId": ID}}}}),
            "/actions/Read/operationId",
            "only CreateRecord",
        ),
        (
            "ExecuteChangeset",
            json!({"actions": {"Add": {"operationId": "CreateRecord", "parameters": {"entityName": "tasks", "item/subjct": 1}}}}),
            "/actions/Add/parameters/item~1subjct",
            "subject",
        ),
        (
            "fetchXml",
            json!({"entityType": "accounts", "xmlQuery": "<fetch><entity name='task'/></fetch>"}),
            "/entityType",
            "asks `task`",
        ),
        (
            "fetchXml",
            json!({"entityType": "tasks", "xmlQuery": "<fetch><entity name='task'/></fetch>", "pageNumber": 0}),
            "/pageNumber",
            "from 1",
        ),
        (
            "rawRequestV2",
            json!({"url": "tasks", "method": "PURGE"}),
            "/method",
            "GET",
        ),
        (
            "rawRequestV2",
            json!({"url": "https://evil.example/x"}),
            "/url",
            "",
        ),
    ] {
        let error = run(&organisation(), operation, input.clone()).unwrap_err();
        let found = faults(error);
        assert_eq!(found[0].0, pointer, "{operation} {input}: {found:?}");
        assert!(found[0].1.contains(words), "{operation} {input}: {found:?}");
    }
}
