//! Nothing that is read ends early in silence: not FetchXML, not a view, not a throttled stream.

use airlock_runtime::{ConnectorError, HostError};
use dataverse_sim::control::FaultRule;
use dataverse_sim::seed::Seed;
use futures::StreamExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use support::Office;

/// More than two pages of the service.
const MANY: u64 = 12_016;

const NAMES: &str = "<entity name='account'><attribute name='name'/></entity></fetch>";

async fn accounts(count: u64) -> Office {
    Office::seeded(Seed::Rows {
        count,
        table: "account".to_owned(),
    })
    .await
}

fn ids(answer: &Value) -> BTreeSet<String> {
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.map(|row| row["accountid"].to_string()).collect()
}

/// Requests for rows of accounts.
fn asked(office: &Office) -> usize {
    let requests = office.sim.requests();
    let rows = requests
        .iter()
        .filter(|one| one.target.contains("/accounts?"));
    rows.count()
}

/// Answers 429 to one request for rows, after so many good ones.
fn throttle(office: &Office, skip: u32, retry_after: u32) {
    let rule = json!({
        "path": "/accounts", "skip": skip, "count": 1,
        "effect": {"status": {
            "status": 429, "code": "0x80072322", "message": "Too many requests.",
            "retry-after": retry_after,
        }},
    });
    let rule: FaultRule = serde_json::from_value(rule).unwrap();
    office.sim.add_fault(rule);
}

/// The rows that a stream gave, and how it ended.
async fn stream(office: &Office, input: Value) -> (usize, Result<Value, HostError>) {
    let call = office.call("list-rows", input);
    let mut piped = office.host.pipe(&call, None).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(chunk) = piped.data.next().await {
        bytes.extend_from_slice(&chunk);
    }
    let lines = String::from_utf8(bytes).unwrap().lines().count();
    (lines, piped.done.await)
}

#[tokio::test(flavor = "multi_thread")]
async fn fetch_xml_is_read_to_its_end_however_it_pages() {
    let office = accounts(MANY).await;
    let queries = [
        (format!("<fetch>{NAMES}"), 3),
        (format!("<fetch count='4000'>{NAMES}"), 4),
        // Distinct rows have no cookie: pages go by number.
        (
            "<fetch distinct='true'><entity name='account'><attribute name='accountid'/><order attribute='accountid'/></entity></fetch>".to_owned(),
            3,
        ),
    ];
    for (query, pages) in queries {
        let before = asked(&office);
        let input = json!({"table": "account", "fetch-xml": query, "fetch-all": true});
        let all = office.run("list-rows", input).await.unwrap();
        assert_eq!(ids(&all).len() as u64, MANY, "{query}");
        assert_eq!(all["truncated"], false);
        assert_eq!(asked(&office) - before, pages, "{query}");
        let first = all["rows"][0].as_object().unwrap();
        assert!(first.keys().all(|name| !name.contains("CRM.")), "{first:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_page_of_fetch_xml_leads_on_to_the_end() {
    let office = accounts(25).await;
    let query = format!("<fetch>{NAMES}");
    let mut input = json!({
        "table": "account", "parameters": {"fetchXml": query}, "page-size": 10,
    });
    let mut seen = BTreeSet::new();
    let mut pages = 0;
    loop {
        let page = office.run("list-rows", input).await.unwrap();
        seen.extend(ids(&page));
        pages += 1;
        if page["truncated"] == false {
            break;
        }
        input = json!({"table": "account", "next-page": page["next-page"]});
    }
    assert_eq!((seen.len(), pages), (25, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregate_is_whole_and_a_query_with_a_bound_says_so() {
    let office = accounts(30).await;
    let query = "<fetch aggregate='true'><entity name='account'><attribute name='accountid' alias='rows' aggregate='count'/></entity></fetch>";
    let input = json!({"table": "account", "fetch-xml": query, "fetch-all": true});
    let answer = office.run("list-rows", input).await.unwrap();
    assert_eq!(answer, json!({"rows": [{"rows": 30}], "truncated": false}));
    let query = format!("<fetch top='7'>{NAMES}");
    let input = json!({"table": "account", "fetch-xml": query});
    let answer = office.run("list-rows", input).await.unwrap();
    assert_eq!(
        (ids(&answer).len(), &answer["truncated"]),
        (7, &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_read_to_its_end() {
    let office = accounts(MANY).await;
    let filter = "returnedtypecode eq 'account' and name eq 'Active Accounts'";
    let input = json!({"table": "savedquery", "select": ["savedqueryid"], "filter": filter});
    let views = office.run("list-rows", input).await.unwrap();
    let view = &views["rows"][0]["savedqueryid"];
    let input = json!({"table": "account", "parameters": {"savedQuery": view}, "fetch-all": true});
    let (rows, summary) = stream(&office, input).await;
    assert_eq!(rows as u64, MANY);
    assert_eq!(summary.unwrap()["truncated"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_in_the_middle_of_a_read_is_kept_and_no_row_is_lost() {
    let office = accounts(MANY).await;
    throttle(&office, 2, 1);
    let input = json!({"table": "account", "select": ["name"], "fetch-all": true});
    let (rows, summary) = stream(&office, input).await;
    assert_eq!(rows as u64, MANY);
    assert_eq!(summary.unwrap()["pages"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_beyond_the_deadline_ends_the_read_with_the_way_on() {
    let office = accounts(MANY).await;
    let input = json!({"table": "account", "select": ["name"], "fetch-all": true});
    // A stream may last an hour, a call two minutes; a window of the limits lasts five.
    throttle(&office, 2, 4_000);
    let (rows, summary) = stream(&office, input.clone()).await;
    assert_eq!(rows, 10_000);
    let HostError::Connector(ConnectorError::Throttled {
        failure,
        retry_after_ms,
    }) = summary.unwrap_err()
    else {
        panic!("throttled expected");
    };
    assert_eq!(retry_after_ms, Some(4_000_000));
    let (said, next) = failure.message.split_once("next-page: ").unwrap();
    assert!(said.contains("10000 rows had come before"), "{said}");

    // Another instance does not know of the wait, and goes on where this one stopped.
    let rest = json!({"table": "account", "next-page": next, "fetch-all": true});
    let rest = office.run("list-rows", rest).await.unwrap();
    assert_eq!(ids(&rest).len() as u64, MANY - 10_000);

    throttle(&office, 2, 300);
    let mut call = office.call("list-rows", input);
    call.deadline = Some(Duration::from_secs(60));
    let HostError::Connector(ConnectorError::Throttled { failure, .. }) =
        office.invoke(&call).await.unwrap_err()
    else {
        panic!("throttled expected");
    };
    assert!(
        failure
            .message
            .contains("the 10000 rows that had come before")
    );
    assert!(failure.message.contains("next-page: https://"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_ends_a_stream_that_waits() {
    let office = accounts(25).await;
    let input = json!({
        "table": "account", "select": ["name"], "page-size": 10, "fetch-all": true,
    });
    // More streams than there are places: one that went on waiting would keep its place.
    for streams in 1..=17 {
        throttle(&office, 1, 3_000);
        let call = office.call("list-rows", input.clone());
        let mut piped = office.host.pipe(&call, None).await.unwrap();
        let rows = piped.data.next().await.unwrap();
        assert!(!rows.is_empty());
        let refused = || {
            let requests = office.sim.requests();
            requests.iter().filter(|one| one.status == 429).count()
        };
        while refused() < streams {
            tokio::task::yield_now().await;
        }
    }
    let all = office.run("list-rows", input).await.unwrap();
    assert_eq!(ids(&all).len(), 25);
}
