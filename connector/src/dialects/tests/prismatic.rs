//! Prismatic.

use airlock_connector::http::Method;
use serde_json::{Value, json};

use super::{asked, body, header, request, whole};
use crate::{
    actions::testing::{ID, run, sent},
    tables::testing::organisation,
};

#[test]
fn a_query_takes_lists_and_texts_for_numbers() {
    let next = "https://contoso.crm.dynamics.com/api/data/v9.2/tasks?$skiptoken=abc";
    let page = json!({"value": [whole(ID)], "@odata.nextLink": next});
    let input = json!({
        "entityType": "tasks", "fieldNames": ["subject", ""], "filterExpression": "statecode eq 0",
        "orderByFieldNames": ["subject desc"], "expandPropertyNames": [""], "fetchAll": "false",
        "recordsPerPage": "50", "nextPageId": "",
    });
    let (output, script) = asked("queryEntities", input, (Method::Get, "tasks?", 200), &page);
    assert_eq!(
        output,
        json!({"value": [whole(ID)], "@odata.nextLink": next, "oDataNextLink": next})
    );
    assert_eq!(
        request(&script),
        "GET tasks?$select=subject&$filter=statecode%20eq%200&$orderby=subject%20desc"
    );
    assert_eq!(header(&script, "prefer"), "odata.maxpagesize=50");
    let (output, script) = asked(
        "queryEntities",
        json!({"entityType": "tasks", "nextPageId": next}),
        (Method::Get, "tasks?", 200),
        &json!({"value": []}),
    );
    assert_eq!(output, json!({"value": []}));
    assert_eq!(header(&script, "prefer"), "odata.maxpagesize=100");
    assert_eq!(request(&script), "GET tasks?$skiptoken=abc");
}

#[test]
fn field_values_count_over_dynamic_ones() {
    for dynamic in [
        json!({"subject": "other", "percentcomplete": "40"}),
        json!([{"key": "subject", "value": "other"}, {"key": "percentcomplete", "value": "40"}]),
        json!("{\"subject\": \"other\", \"percentcomplete\": \"40\"}"),
    ] {
        let input = json!({"entityType": "tasks", "entityId": ID, "dynamicValues": dynamic,
            "fieldValues": [{"key": "subject", "value": "Call"}]});
        for (operation, condition) in [
            ("updateEntity", "if-match"),
            ("upsertEntity", "if-none-match"),
        ] {
            let (output, script) = asked(
                operation,
                input.clone(),
                (Method::Patch, "tasks(", 200),
                &whole(ID),
            );
            assert_eq!(output, whole(ID));
            assert_eq!(
                body(&script),
                json!({"subject": "Call", "percentcomplete": 40})
            );
            assert!(!header(&script, condition).is_empty());
        }
        let mut input = input;
        input.as_object_mut().unwrap().remove("entityId");
        let (output, script) = asked(
            "createEntity",
            input,
            (Method::Post, "tasks", 201),
            &whole(ID),
        );
        assert_eq!(output, whole(ID));
        assert_eq!(header(&script, "prefer"), "return=representation");
    }
}

#[test]
fn a_row_is_read_and_deleted() {
    let input = json!({"entityType": "tasks", "entityId": ID, "fieldNames": ["subject"]});
    let (output, script) = asked("getEntity", input, (Method::Get, "tasks(", 200), &whole(ID));
    assert_eq!(output, whole(ID));
    assert_eq!(request(&script), format!("GET tasks({ID})?$select=subject"));
    let input = json!({"entityType": "tasks", "entityId": ID});
    let (output, _) = asked(
        "deleteEntity",
        input,
        (Method::Delete, "tasks(", 204),
        &Value::Null,
    );
    assert_eq!(output, Value::Null);
}

#[test]
fn a_fetch_goes_on_by_page_and_cookie() {
    let query = "<fetch count='1'><entity name='task'><attribute name='subject'/></entity></fetch>";
    let cookie =
        "%3ccookie%20page%3d%221%22%3e%3cactivityid%20last%3d%22x%22%20%2f%3e%3c%2fcookie%3e";
    let twice = cookie.replace('%', "%25");
    let page = json!({
        "@Microsoft.Dynamics.CRM.morerecords": true,
        "@Microsoft.Dynamics.CRM.fetchxmlpagingcookie": format!("<cookie pagenumber=\"2\" pagingcookie=\"{twice}\" istracking=\"False\" />"),
        "value": [{"subject": "a"}],
    });
    let input = json!({"entityType": "tasks", "xmlQuery": query, "includeAnnotations": "*"});
    let (output, script) = asked("fetchXml", input, (Method::Get, "tasks?", 200), &page);
    let plain = "<cookie page=\"1\"><activityid last=\"x\" /></cookie>";
    assert_eq!(
        output,
        json!({"value": [{"subject": "a"}], "PagingInfo": {"cookie": plain, "nextPage": 2}})
    );
    assert!(header(&script, "prefer").contains("annotations=\"*\""));
    for pages in [
        json!({"pageNumber": 2, "nextPageId": plain}),
        json!({"pagination": {"pageNumber": "2", "nextPageId": plain}}),
    ] {
        let mut input = json!({"entityType": "task", "xmlQuery": query});
        input
            .as_object_mut()
            .unwrap()
            .extend(pages.as_object().unwrap().clone());
        let (output, script) = asked(
            "prismatic:fetchXml",
            input,
            (Method::Get, "tasks?", 200),
            &json!({"value": []}),
        );
        assert_eq!(output, json!({"value": []}));
        let sent = request(&script);
        assert!(
            sent.contains("page%3D%222%22") && sent.contains("paging-cookie"),
            "{sent}"
        );
    }
}

#[test]
fn a_batch_is_one_change_set_with_a_row_or_nothing_for_each() {
    let answer = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n\
        --c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n\
        HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{\"activityid\":\"x\"}\r\n\
        --c\r\nContent-Type: application/http\r\nContent-ID: 2\r\n\r\n\
        HTTP/1.1 204 No Content\r\n\r\n\r\n--c--\r\n--b--\r\n";
    let script = organisation().answer_with(
        Method::Post,
        "$batch",
        200,
        &[("content-type", "multipart/mixed; boundary=b")],
        answer,
    );
    let input = json!({"actions": [
        {"collection": "tasks", "action": "create", "returnRepresentation": true, "data": {"subject": "Call"}},
        {"collection": "tasks", "action": "delete", "key": ID},
    ]});
    let output = run(&script, "batchEntityActions", input).unwrap();
    assert_eq!(output, json!([{"activityid": "x"}, {}]));
    let sent = String::from_utf8(script.request(script.sent().len() - 1).body).unwrap();
    assert_eq!(
        sent.to_lowercase().matches("return=representation").count(),
        1,
        "{sent}"
    );
}

#[test]
fn the_current_user_is_three_ids() {
    let who = r#"{"UserId": "u", "BusinessUnitId": "b", "OrganizationId": "o"}"#;
    let script = organisation()
        .answer(Method::Get, "WhoAmI", 200, who)
        .answer(Method::Get, "systemusers(u)", 200, "{}")
        .answer(Method::Get, "RetrieveCurrentOrganization", 403, "");
    let output = run(&script, "getCurrentUser", json!({"connection": "any"})).unwrap();
    assert_eq!(
        output,
        json!({"BusinessUnitId": "b", "UserId": "u", "OrganizationId": "o"})
    );
}

#[test]
fn a_raw_request_takes_pairs_and_gives_its_body_alone() {
    let input = json!({
        "url": "/api/data/v9.2/tasks", "method": "get",
        "queryParams": [{"key": "$select", "value": "subject"}, {"key": "x", "value": "1"}, {"key": "x", "value": "2"}],
        "headers": [{"key": "Prefer", "value": "odata.maxpagesize=1"}],
        "responseType": "json", "timeout": "3000", "maxRetries": "0", "debugRequest": false,
    });
    for operation in ["rawRequestV2", "rawRequest"] {
        let answer = json!({"value": [1]});
        let (output, script) = asked(
            operation,
            input.clone(),
            (Method::Get, "tasks", 200),
            &answer,
        );
        assert_eq!(output, answer);
        assert_eq!(header(&script, "prefer"), "odata.maxpagesize=1");
        let sent = sent(&script);
        assert!(sent[0].contains("x=1&x=2"), "{sent:?}");
    }
}
