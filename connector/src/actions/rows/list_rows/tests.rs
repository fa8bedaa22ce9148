//! `list-rows` as a caller sees it.

use std::{cell::RefCell, future::ready, rc::Rc, time::Duration};

use airlock_connector::{
    Error,
    dispatch::{self, Invocation},
    http::Method,
    stream::{Closed, Nothing, Pending, Pipe, Sink},
    testing::Script,
};
use futures::executor::block_on;
use serde_json::{Value, json};

use crate::{
    Dynamics,
    actions::testing::{faults, last, leads, run, sent, session},
    webapi::testing::{ROOT, contoso},
};

pub(super) fn page(rows: &[&str], next: Option<&str>) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|subject| json!({"subject": subject}))
        .collect();
    let mut page = json!({"value": rows});
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(format!("{ROOT}/{next}"));
    }
    page.to_string()
}

pub(super) fn prefer(script: &Script) -> Option<String> {
    last(script).headers.get("prefer").map(str::to_owned)
}

#[test]
fn a_table_goes_by_any_of_its_names_and_the_query_is_encoded() {
    for name in ["lead", "leads", "LEAD"] {
        let script = leads().answer(Method::Get, "leads?", 200, &page(&["a"], None));
        let output = run(
            &script,
            "list-rows",
            json!({
                "table": name,
                "select": ["subject,leadid", "fullname"],
                "filter": "subject eq 'A&B'",
                "orderby": ["createdon desc"],
            }),
        );
        assert_eq!(
            output.unwrap(),
            json!({"rows": [{"subject": "a"}], "truncated": false})
        );
        let query = "$select=subject,leadid,fullname&$filter=subject%20eq%20'A%26B'\
                     &$orderby=createdon%20desc";
        assert_eq!(sent(&script), [format!("GET leads?{query}")]);
    }
}

#[test]
fn a_truncated_answer_says_so_and_is_enough_to_go_on() {
    let script = leads()
        .answer(
            Method::Get,
            "leads?$select",
            200,
            &page(&["a", "b"], Some("leads?next=1")),
        )
        .answer(Method::Get, "leads?next=1", 200, &page(&["c"], None));
    let input = json!({"table": "lead", "select": ["subject"], "top": 2, "formatted-values": true});
    let first = run(&script, "list-rows", input).unwrap();
    let asked = prefer(&script).unwrap();
    assert!(
        asked.starts_with("odata.maxpagesize=2,odata.include-annotations="),
        "{asked}"
    );
    assert_eq!(first["truncated"], true);

    let input = json!({"table": "lead", "next-page": first["next-page"]});
    let second = run(&script, "list-rows", input).unwrap();
    assert_eq!(
        second,
        json!({"rows": [{"subject": "c"}], "truncated": false})
    );
    assert_eq!(
        prefer(&script).unwrap(),
        asked,
        "the service forgets what is not asked again"
    );
    assert_eq!(last(&script).url, format!("{ROOT}/leads?next=1"));
}

#[test]
fn fetching_all_follows_every_link_through_empty_pages() {
    let script = leads()
        .answer(
            Method::Get,
            "leads",
            200,
            &page(&["a"], Some("leads?next=1")),
        )
        .answer(
            Method::Get,
            "leads?next=1",
            200,
            &page(&[], Some("leads?next=2")),
        )
        .answer(Method::Get, "leads?next=2", 200, &page(&["b"], None));
    let output = run(
        &script,
        "list-rows",
        json!({"table": "leads", "fetch-all": true}),
    );
    let rows = json!([{"subject": "a"}, {"subject": "b"}]);
    assert_eq!(output.unwrap(), json!({"rows": rows, "truncated": false}));
}

#[test]
fn one_page_is_one_that_has_rows() {
    let script = leads()
        .answer(Method::Get, "leads", 200, &page(&[], Some("leads?next=1")))
        .answer(
            Method::Get,
            "leads?next=1",
            200,
            &page(&["a"], Some("leads?next=2")),
        );
    let output = run(&script, "list-rows", json!({"table": "leads"})).unwrap();
    assert_eq!(output["rows"], json!([{"subject": "a"}]));
    assert_eq!(output["next-page"], json!(format!("{ROOT}/leads?next=2")));
}

#[test]
fn a_count_at_the_services_limit_is_not_taken_for_the_truth() {
    for (count, limited) in [(17, false), (5000, true)] {
        let body = json!({"@odata.count": count, "value": [{}]}).to_string();
        let script = leads().answer(Method::Get, "leads?$count=true", 200, &body);
        let output = run(
            &script,
            "list-rows",
            json!({"table": "lead", "count": true}),
        )
        .unwrap();
        assert_eq!(
            (&output["count"], &output["count-limited"]),
            (&json!(count), &json!(limited))
        );
    }
}

#[test]
fn an_expand_within_an_expand_is_not_cut_by_the_page_size() {
    let script = leads().answer(Method::Get, "leads?", 200, &page(&["a", "b"], None));
    let expand = "Lead_Tasks($expand=ownerid($select=fullname))";
    let input = json!({"table": "lead", "top": 2, "expand": [expand]});
    let output = run(&script, "list-rows", input).unwrap();
    assert_eq!(
        sent(&script),
        [format!("GET leads?$expand={expand}&$top=2")]
    );
    assert_eq!(prefer(&script), None);
    assert_eq!(
        output["truncated"], true,
        "there may be more: the service does not say"
    );
}

#[test]
fn a_misspelt_column_is_told_at_its_place_with_the_nearest_name() {
    let refusal = r#"{"error": {"code": "0x80060888", "message":
        "Could not find a property named 'subjct' on type 'Microsoft.Dynamics.CRM.lead'."}}"#;
    for (input, pointer) in [
        (
            json!({"table": "lead", "select": ["leadid", "subjct"]}),
            "/select/1",
        ),
        (
            json!({"table": "lead", "orderby": ["subjct desc"]}),
            "/orderby/0",
        ),
        (
            json!({"table": "lead", "filter": "subjct eq 'x'"}),
            "/filter",
        ),
    ] {
        let script = leads().answer(Method::Get, "leads?", 400, refusal);
        let found = faults(run(&script, "list-rows", input).unwrap_err());
        assert_eq!(found[0].0, pointer);
        assert!(
            found[0].1.contains("did you mean subject?"),
            "{}",
            found[0].1
        );
    }
}

#[test]
fn a_lookup_may_be_named_as_its_column() {
    let refusal = r#"{"error": {"code": "0x80060888", "message":
        "Could not find a property named 'ownerid' on type 'Microsoft.Dynamics.CRM.lead'."}}"#;
    let script = leads()
        .answer(Method::Get, "leads?$select=ownerid", 400, refusal)
        .answer(
            Method::Get,
            "leads?$select=_ownerid_value",
            200,
            &page(&["a"], None),
        );
    let output = run(
        &script,
        "list-rows",
        json!({"table": "lead", "select": ["ownerid"]}),
    );
    assert_eq!(output.unwrap()["truncated"], false);
}

#[test]
fn what_cannot_be_meant_together_is_refused() {
    let input = json!({"table": "lead", "fetch-all": true, "top": 3});
    let found = faults(run(&leads(), "list-rows", input).unwrap_err());
    assert_eq!(found[0].0, "/top");
    let input = json!({"table": "lead", "next-page": "https://evil.example/api/data/v9.2/leads"});
    let found = faults(run(&leads(), "list-rows", input).unwrap_err());
    assert_eq!(found[0].0, "/next-page");
}

/// How many requests had been sent when a piece came, and the piece.
type Piece = (usize, Vec<u8>);

/// Keeps the pieces.
struct Reader {
    script: Script,
    pieces: Rc<RefCell<Vec<Piece>>>,
    wanted: usize,
}

impl Sink for Reader {
    fn write(&mut self, piece: Vec<u8>) -> Pending<'_, Result<(), Closed>> {
        let taken = if self.pieces.borrow().len() < self.wanted {
            let sent = self.script.sent().len();
            self.pieces.borrow_mut().push((sent, piece));
            Ok(())
        } else {
            Err(Closed)
        };
        Box::pin(ready(taken))
    }
}

fn stream(script: &Script, input: Value, wanted: usize) -> (Vec<Piece>, Result<Value, Error>) {
    let call = Invocation {
        action: "list-rows".to_owned(),
        input: input.to_string(),
        idempotency_key: None,
        may_be_done: false,
    };
    let pieces = Rc::default();
    let mut sink = Reader {
        script: script.clone(),
        pieces: Rc::clone(&pieces),
        wanted,
    };
    let piping = dispatch::pipe::<Dynamics, _>(&call, false).unwrap();
    let session = session(script).within(Some(Duration::from_secs(3_600)));
    let ends = Pipe {
        source: &mut Nothing,
        sink: &mut sink,
    };
    let summary = block_on(piping.run(&session, ends));
    drop(sink);
    let summary = summary.map(|text| serde_json::from_str(&text).unwrap());
    (Rc::into_inner(pieces).unwrap().into_inner(), summary)
}

#[test]
fn a_stream_gives_one_row_per_line_and_then_its_summary() {
    let script = leads()
        .answer(
            Method::Get,
            "leads",
            200,
            "{\"value\": [{\"a\":\r\n1}, {\"a\": \"x\\ny\"}],\
            \"@odata.nextLink\": \"https://contoso.crm.dynamics.com/api/data/v9.2/leads?next=1\"}",
        )
        .answer(Method::Get, "leads?next=1", 200, r#"{"value": [{"a": 3}]}"#);
    let (pieces, summary) = stream(&script, json!({"table": "lead", "fetch-all": true}), 9);
    let text: Vec<u8> = pieces.into_iter().flat_map(|(_, piece)| piece).collect();
    let lines: Vec<Value> = std::str::from_utf8(&text)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines,
        [json!({"a": 1}), json!({"a": "x\ny"}), json!({"a": 3})]
    );
    assert_eq!(
        summary.unwrap(),
        json!({"rows": 3, "pages": 2, "truncated": false})
    );
}

#[test]
fn a_stream_of_one_page_carries_the_link_in_its_summary() {
    let script = leads().answer(
        Method::Get,
        "leads",
        200,
        &page(&["a"], Some("leads?next=1")),
    );
    let (_, summary) = stream(&script, json!({"table": "lead", "page-size": 1}), 9);
    let summary = summary.unwrap();
    assert_eq!(
        (&summary["rows"], &summary["truncated"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(
        summary["next-page"],
        json!(format!("{ROOT}/leads?next=1#page-size=1"))
    );
}

#[test]
fn a_stream_that_is_left_says_where_the_page_under_way_begins() {
    let script = || {
        leads()
            .answer(
                Method::Get,
                "leads",
                200,
                &page(&["a"], Some("leads?next=1")),
            )
            .answer(
                Method::Get,
                "leads?next=1",
                200,
                &page(&["b"], Some("leads?next=2")),
            )
    };
    let input = json!({"table": "lead", "fetch-all": true, "page-size": 1});
    let (pieces, left) = stream(&script(), input.clone(), 1);
    assert_eq!(pieces.len(), 1);
    let said = left.unwrap_err().to_string();
    assert!(
        said.ends_with(&format!("give next-page: {ROOT}/leads?next=1#page-size=1")),
        "{said}"
    );
    // What was left in the first page is asked for by the same input.
    let (_, left) = stream(&script(), input, 0);
    let said = left.unwrap_err().to_string();
    assert!(!said.contains("next-page"), "{said}");
}

#[test]
fn a_page_is_handed_over_before_the_next_is_asked_for() {
    let row = "x".repeat(40_000);
    let full = page(&[&row, &row, &row, &row], Some("leads?next=1"));
    let script = leads().answer(Method::Get, "leads", 200, &full).answer(
        Method::Get,
        "leads?next=1",
        200,
        &page(&["a"], None),
    );
    let (pieces, summary) = stream(&script, json!({"table": "lead", "fetch-all": true}), 9);
    summary.unwrap();
    // Metadata and the first page: two requests. Nothing of it waits for the third.
    let requests: Vec<usize> = pieces.iter().map(|(requests, _)| *requests).collect();
    assert_eq!(requests, [2, 2, 3]);
    assert!(pieces.iter().all(|(_, piece)| piece.len() < 2 * 64 * 1024));
}

#[test]
fn nothing_more_is_asked_for_once_the_reader_is_gone() {
    let row = "x".repeat(70_000);
    let script = leads().answer(
        Method::Get,
        "leads",
        200,
        &page(&[&row, &row], Some("leads?next=1")),
    );
    let (pieces, summary) = stream(&script, json!({"table": "lead", "fetch-all": true}), 1);
    assert_eq!(pieces.len(), 1);
    assert!(matches!(summary.unwrap_err(), Error::Unavailable(_)));
    assert_eq!(sent(&script).len(), 1);
}

#[test]
fn an_option_given_with_its_name_is_refused_before_anything_is_sent() {
    let script = contoso();
    let input = json!({"table": "lead", "filter": "$filter=subject eq 'x'"});
    let found = faults(run(&script, "list-rows", input).unwrap_err());
    assert_eq!(found[0].0, "/filter");
    assert!(found[0].1.contains("`subject eq 'x'`"), "{found:?}");
    assert!(script.sent().is_empty());
}

#[test]
fn a_fault_behind_one_that_was_put_right_is_explained_too() {
    let no = |name: &str, table: &str| {
        let message = format!(
            "Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
        );
        json!({"error": {"code": "0x80060888", "message": message}}).to_string()
    };
    let script = leads()
        .answer(
            Method::Get,
            "leads?$select=ownerid",
            400,
            &no("ownerid", "lead"),
        )
        .answer(
            Method::Get,
            "leads?$select=_ownerid_value",
            400,
            &no("subjct", "lead"),
        );
    let input = json!({"table": "lead", "select": ["ownerid"], "filter": "subjct eq 'x'"});
    let found = faults(run(&script, "list-rows", input).unwrap_err());
    assert_eq!(found[0].0, "/filter");
    assert!(found[0].1.contains("did you mean subject?"), "{found:?}");
}

const THROTTLED: &str = r#"{"error": {"code": "0x80072322", "message": "Too many requests."}}"#;

fn throttled(retry_after: &str) -> Script {
    leads()
        .answer(
            Method::Get,
            "leads",
            200,
            &page(&["a", "b"], Some("leads?next=1")),
        )
        .answer_with(
            Method::Get,
            "leads?next=1",
            429,
            &[("Retry-After", retry_after)],
            THROTTLED,
        )
        .answer(Method::Get, "leads?next=1", 200, &page(&["c"], None))
}

#[test]
fn a_long_wait_in_the_middle_of_a_read_is_kept() {
    for wait in ["62", "300", "00:05:00"] {
        let script = throttled(wait);
        let (_, summary) = stream(&script, json!({"table": "lead", "fetch-all": true}), 9);
        assert_eq!(summary.unwrap()["rows"], 3, "{wait}");
        let slept: Duration = script.slept().iter().sum();
        assert!(slept >= Duration::from_secs(62), "{slept:?}");
    }
}

#[test]
fn a_stream_that_must_end_has_given_its_rows_and_says_where_to_go_on() {
    let script = throttled("4000");
    let input = json!({"table": "lead", "fetch-all": true, "page-size": 2});
    let (pieces, summary) = stream(&script, input, 9);
    let text: Vec<u8> = pieces.into_iter().flat_map(|(_, piece)| piece).collect();
    let lines = "{\"subject\":\"a\"}\n{\"subject\":\"b\"}\n";
    assert_eq!(String::from_utf8(text).unwrap(), lines);
    let error = summary.unwrap_err();
    assert!(
        matches!(&error, Error::Throttled { retry_after: Some(wait), .. } if wait.as_secs() == 4000)
    );
    let way = format!(
        "Too many requests; 2 rows had come before; to go on after them, give next-page: {ROOT}/leads?next=1#page-size=2"
    );
    assert_eq!(error.to_string(), way);
}

#[test]
fn an_answer_that_breaks_off_does_not_lose_its_rows_in_silence() {
    let broken = [
        throttled("4000"),
        leads()
            .answer(
                Method::Get,
                "leads",
                200,
                &page(&["a", "b"], Some("leads?next=1")),
            )
            .answer(Method::Get, "leads?next=1", 403, ""),
    ];
    for script in broken {
        let input = json!({"table": "lead", "fetch-all": true});
        let error = run(&script, "list-rows", input).unwrap_err().to_string();
        assert!(error.contains("the 2 rows that had come before"), "{error}");
        assert!(
            error.ends_with(&format!("next-page: {ROOT}/leads?next=1")),
            "{error}"
        );
    }
    // Nothing had come: there is nothing to say of it.
    let script = leads().answer(Method::Get, "leads", 403, "");
    let input = json!({"table": "lead", "fetch-all": true});
    let error = run(&script, "list-rows", input).unwrap_err().to_string();
    assert!(!error.contains("next-page"), "{error}");
}
