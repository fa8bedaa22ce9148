//! Lists asked for by FetchXML and by views, as a caller sees them.

use airlock_connector::{http::Method, testing::Script};
use serde_json::json;

use crate::actions::{
    rows::list_rows::tests::{page, prefer},
    testing::{faults, leads, run, sent},
};

const QUERY: &str = "<entity name='lead'><attribute name='subject'/></entity></fetch>";
const COOKIE: &str =
    "<cookie pagenumber=\"2\" pagingcookie=\"%253cc%253e\" istracking=\"False\" />";
const PAGING: &str = "odata.include-annotations=\"Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords\"";

fn fetched(subject: &str, cookie: Option<&str>, more: bool) -> String {
    let mut page = json!({"value": [{"subject": subject}]});
    if more {
        page["@Microsoft.Dynamics.CRM.morerecords"] = json!(true);
    }
    if let Some(cookie) = cookie {
        page["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"] = json!(cookie);
    }
    page.to_string()
}

/// What was asked by FetchXML, decoded.
fn queries(script: &Script) -> Vec<String> {
    sent(script)
        .iter()
        .filter_map(|line| line.split_once("fetchXml="))
        .map(|(_, query)| {
            percent_encoding::percent_decode_str(query)
                .decode_utf8()
                .unwrap()
                .into_owned()
        })
        .collect()
}

#[test]
fn fetch_xml_is_followed_to_its_end_by_cookie_and_by_number() {
    for input in [
        json!({"fetch-xml": format!("<fetch>{QUERY}")}),
        json!({"parameters": {"fetchXml": format!("<fetch>{QUERY}")}}),
    ] {
        let script = leads()
            .answer(
                Method::Get,
                "leads?fetchXml",
                200,
                &fetched("a", Some(COOKIE), true),
            )
            .answer(
                Method::Get,
                "leads?fetchXml",
                200,
                &fetched("b", None, true),
            )
            .answer(
                Method::Get,
                "leads?fetchXml",
                200,
                &fetched("c", None, false),
            );
        let mut input = input;
        input["table"] = json!("lead");
        input["fetch-all"] = json!(true);
        let output = run(&script, "list-rows", input).unwrap();
        let rows = json!([{"subject": "a"}, {"subject": "b"}, {"subject": "c"}]);
        assert_eq!(output, json!({"rows": rows, "truncated": false}));
        assert_eq!(
            queries(&script),
            [
                format!("<fetch>{QUERY}"),
                format!("<fetch page=\"2\" paging-cookie=\"&lt;c&gt;\">{QUERY}"),
                format!("<fetch page=\"3\">{QUERY}"),
            ]
        );
        assert_eq!(prefer(&script).as_deref(), Some(PAGING));
    }
}

#[test]
fn one_page_of_fetch_xml_says_that_there_is_more_and_where() {
    let script = leads()
        .answer(
            Method::Get,
            "leads?fetchXml",
            200,
            &fetched("a", Some(COOKIE), true),
        )
        .answer(
            Method::Get,
            "leads?fetchXml",
            200,
            &fetched("b", None, false),
        );
    let query = format!("<fetch count='50'>{QUERY}");
    let input = json!({"table": "lead", "fetch-xml": query, "top": 1, "formatted-values": true});
    let first = run(&script, "list-rows", input).unwrap();
    assert_eq!(first["truncated"], true);
    assert_eq!(queries(&script), [format!("<fetch count=\"1\">{QUERY}")]);
    let asked = prefer(&script).unwrap();
    assert!(
        asked.contains("FormattedValue") && asked.contains("morerecords"),
        "{asked}"
    );

    let input = json!({"table": "lead", "next-page": first["next-page"]});
    let second = run(&script, "list-rows", input).unwrap();
    assert_eq!(
        second,
        json!({"rows": [{"subject": "b"}], "truncated": false})
    );
    let next = format!("<fetch count=\"1\" page=\"2\" paging-cookie=\"&lt;c&gt;\">{QUERY}");
    assert_eq!(queries(&script)[1], next);
    assert_eq!(prefer(&script).unwrap(), asked);
}

#[test]
fn a_query_with_a_bound_of_its_own_may_leave_rows_out() {
    let answered = || leads().answer(Method::Get, "leads?", 200, &fetched("a", None, false));
    for (top, truncated) in [(1, true), (2, false)] {
        let query = format!("<fetch top='{top}'>{QUERY}");
        let input = json!({"table": "lead", "fetch-xml": query});
        let output = run(&answered(), "list-rows", input).unwrap();
        assert_eq!(output["truncated"], truncated);
    }
}

#[test]
fn a_page_number_that_leads_nowhere_is_noticed() {
    let script = leads().always(Method::Get, "leads?", 200, &fetched("a", None, true));
    let query = format!("<fetch aggregate='true'>{QUERY}");
    let input = json!({"table": "lead", "fetch-xml": query, "fetch-all": true});
    let error = run(&script, "list-rows", input).unwrap_err().to_string();
    assert!(error.contains("gives the same rows again"), "{error}");
    assert_eq!(queries(&script).len(), 2);
}

#[test]
fn a_saved_view_goes_on_as_the_query_that_it_keeps() {
    const VIEW: &str = "5f3e0c11-1111-4222-8333-000000000001";
    let kept = json!({"fetchxml": format!("<fetch>{QUERY}")}).to_string();
    let script = leads()
        .answer(
            Method::Get,
            "leads?savedQuery",
            200,
            &fetched("a", Some(COOKIE), true),
        )
        .answer(
            Method::Get,
            &format!("savedqueries({VIEW})?$select=fetchxml"),
            200,
            &kept,
        )
        .answer(
            Method::Get,
            "leads?fetchXml",
            200,
            &fetched("b", None, false),
        );
    let input = json!({"table": "lead", "parameters": {"savedQuery": VIEW}, "fetch-all": true});
    let output = run(&script, "list-rows", input).unwrap();
    assert_eq!(output["rows"], json!([{"subject": "a"}, {"subject": "b"}]));
    let next = format!("<fetch count=\"5000\" page=\"2\" paging-cookie=\"&lt;c&gt;\">{QUERY}");
    assert_eq!(queries(&script), [next]);
}

#[test]
fn a_view_that_the_service_links_is_followed_by_its_links() {
    let script = leads()
        .answer(
            Method::Get,
            "leads?userQuery",
            200,
            &page(&["a"], Some("leads?next=1")),
        )
        .answer(Method::Get, "leads?next=1", 200, &page(&["b"], None));
    let view = json!({"userQuery": "5f3e0c11-1111-4222-8333-000000000001"});
    let input = json!({"table": "lead", "parameters": view, "fetch-all": true});
    let output = run(&script, "list-rows", input).unwrap();
    assert_eq!(output["rows"], json!([{"subject": "a"}, {"subject": "b"}]));
    let first = script.request(script.sent().len() - 2);
    let asked = first.headers.get("prefer").unwrap().to_owned();
    assert!(asked.starts_with("odata.maxpagesize=5000,"), "{asked}");
}

#[test]
fn what_fetch_xml_says_itself_cannot_be_said_beside_it() {
    let query = format!("<fetch top='5'>{QUERY}");
    let table = [
        (json!({"select": ["subject"]}), "/select"),
        (json!({"filter": "a eq 1"}), "/filter"),
        (json!({"orderby": ["a"]}), "/orderby"),
        (json!({"fetch-all": true}), "/fetch-xml"),
        (
            json!({"parameters": {"fetchxml": "<fetch/>"}}),
            "/parameters/fetchxml",
        ),
        (json!({"fetch-xml": "<fetch>"}), "/fetch-xml"),
        (
            json!({"fetch-xml": "<fetch><entity name='task'/></fetch>"}),
            "/fetch-xml",
        ),
    ];
    for (more, pointer) in table {
        let mut input = json!({"table": "lead", "fetch-xml": query});
        let more = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(more);
        let script = leads();
        let found = faults(run(&script, "list-rows", input).unwrap_err());
        assert_eq!(found[0].0, pointer, "{found:?}");
        assert!(sent(&script).is_empty());
    }
}
