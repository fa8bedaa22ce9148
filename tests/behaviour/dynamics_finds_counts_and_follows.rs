//! The reading actions beside `list-rows`, and its bounds: what they answer, what they refuse, and that neither
//! throttling nor a broken connection changes it.

use airlock_runtime::{ConnectorError, HostError};
use dataverse_sim::control::{Effect, FaultRule};
use dataverse_sim::seed::Seed;
use futures::StreamExt;
use serde_json::{Value, json};
use support::Office;

fn rows(answer: &Value) -> &[Value] {
    answer["rows"].as_array().unwrap()
}

fn refusal(result: Result<Value, HostError>) -> ConnectorError {
    match result.unwrap_err() {
        HostError::Connector(error) => error,
        other => panic!("{other:?}"),
    }
}

async fn accounts(count: u64) -> Office {
    Office::seeded(Seed::Rows {
        count,
        table: "account".to_owned(),
    })
    .await
}

const LEADS: &str = "<fetch><entity name='lead'><attribute name='subject'/></entity></fetch>";
const COUNT: &str = "<fetch aggregate='true'><entity name='lead'><attribute name='leadid' alias='leads' aggregate='count'/></entity></fetch>";

#[tokio::test(flavor = "multi_thread")]
async fn each_read_goes_on_through_throttling_and_a_lost_answer() {
    let office = Office::open().await;
    let harbor = json!({"table": "account", "filter": "accountnumber eq 'ACC-1001'"});
    for (action, input, path) in [
        ("count-rows", json!({"table": "lead"}), "/leads"),
        ("find-row", harbor, "/accounts"),
        ("fetch-xml", json!({"fetch-xml": LEADS}), "/leads"),
        ("list-changes", json!({"table": "account"}), "/accounts"),
        (
            "list-rows",
            json!({"table": "account", "saved-view": "Active Accounts"}),
            "/accounts",
        ),
        (
            "list-rows",
            json!({"table": "account", "skip": 2}),
            "/accounts",
        ),
        (
            "list-rows",
            json!({"table": "account", "minimum-count": 3}),
            "/accounts",
        ),
        (
            "list-rows",
            json!({"table": "flowrun", "partition": "p"}),
            "/flowruns",
        ),
    ] {
        let calm = office.run(action, input.clone()).await;
        let calm = calm.unwrap_or_else(|error| panic!("{action} {input}: {error}"));
        let busy = Effect::Status {
            status: 429,
            code: "0x80072322".to_owned(),
            message: "Too many requests.".to_owned(),
            retry_after: Some(0),
            body: None,
        };
        let effects = [busy, Effect::ResetAfter, Effect::Truncate { bytes: 20 }];
        for effect in effects {
            office.sim.add_fault(FaultRule::new(path, effect).times(1));
        }
        let before = office.sim.requests().len();
        let through = office.run(action, input.clone()).await;
        let mut through = through.unwrap_or_else(|error| panic!("{action} {input}: {error}"));
        let asked = office.sim.requests().len() - before;
        assert!(asked >= 4, "{action} {input}: {asked} requests");
        // A token is of its own moment.
        if let Some(token) = through.get_mut("token") {
            *token = calm["token"].clone();
        }
        assert_eq!(through, calm, "{action} {input}");
        office.sim.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_counted_exactly_by_condition_and_as_the_service_keeps_count() {
    let office = Office::open().await;
    let count = |input: Value| office.run("count-rows", input);
    assert_eq!(
        count(json!({"table": "account"})).await.unwrap()["count"],
        8
    );
    let some = json!({"table": "accounts", "filter": "startswith(name,'Harbor')"});
    assert_eq!(count(some).await.unwrap()["count"], 2);
    let none = json!({"table": "account", "filter": "name eq 'O''Brien & Sons'"});
    assert_eq!(count(none).await.unwrap()["count"], 0);
    let kept = count(json!({"table": "account", "snapshot": true}))
        .await
        .unwrap();
    assert_eq!(kept["snapshot"], true);
    for (input, place) in [
        (json!({"table": "acount"}), "/table"),
        (
            json!({"table": "account", "filter": "nmae eq 'x'"}),
            "/filter",
        ),
        (
            json!({"table": "account", "filter": "$filter=name eq 'x'"}),
            "/filter",
        ),
        (
            json!({"table": "account", "filter": "name eq 'x'", "snapshot": true}),
            "/filter",
        ),
    ] {
        let error = refusal(count(input.clone()).await);
        let ConnectorError::InvalidInput(found) = error else {
            panic!("{input}: {error:?}");
        };
        assert_eq!(found[0].pointer, place, "{input}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_row_is_found_and_none_or_two_are_errors() {
    let office = Office::open().await;
    let find = |filter: &str| {
        let input = json!({"table": "account", "filter": filter, "select": ["name"]});
        office.run("find-row", input)
    };
    let found = find("accountnumber eq 'ACC-1001'").await.unwrap();
    assert_eq!(found["row"]["name"], "Harbor Tools");
    assert!(found["id"].is_string() && found["etag"].is_string());
    let none = refusal(find("name eq 'nobody'").await);
    assert!(matches!(none, ConnectorError::NotFound(_)), "{none:?}");
    let two = refusal(find("startswith(name,'Harbor')").await);
    assert!(matches!(two, ConnectorError::Conflict(_)), "{two:?}");
    let empty = refusal(find(" ").await);
    assert!(matches!(empty, ConnectorError::InvalidInput(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn fetch_xml_gives_rows_and_aggregates_and_says_where_it_is_wrong() {
    let office = Office::open().await;
    let fetch =
        |query: &str| office.run("fetch-xml", json!({"fetch-xml": query, "fetch-all": true}));
    assert_eq!(rows(&fetch(LEADS).await.unwrap()).len(), 10);
    assert_eq!(rows(&fetch(COUNT).await.unwrap())[0]["leads"], 10);
    for (query, words) in [
        ("<fetch><entity name='lead'>", ""),
        (
            "<fetch><entity name='lead'><attribute name='sbject'/></entity></fetch>",
            "subject",
        ),
        ("<fetch><entity name='laed'/></fetch>", "lead"),
        ("name eq 'x'", "fetch"),
    ] {
        let error = refusal(fetch(query).await);
        let ConnectorError::InvalidInput(found) = error else {
            panic!("{query}: {error:?}");
        };
        assert_eq!(found[0].pointer, "/fetch-xml", "{query}");
        assert!(found[0].message.contains(words), "{query}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_since_a_token_and_deleted_rows_apart() {
    let office = Office::open().await;
    let changes = |input: Value| office.run("list-changes", input);
    let first = changes(json!({"table": "account", "select": ["name"]}))
        .await
        .unwrap();
    assert_eq!(rows(&first).len(), 8);
    let row = json!({"table": "account", "row": {"name": "Born"}});
    let born = office.run("create-row", row).await.unwrap()["id"].clone();
    let gone = first["rows"][7]["accountid"].clone();
    let delete = json!({"table": "account", "id": gone});
    office.run("delete-row", delete).await.unwrap();
    let since = json!({"table": "account", "token": first["token"]});
    let next = changes(since.clone()).await.unwrap();
    let names: Vec<&Value> = rows(&next).iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["Born"], "{next}");
    assert_eq!(next["rows"][0]["accountid"], born);
    assert_eq!(next["deleted"], json!([gone]));
    // The same as lines, to be read by a program.
    let call = office.call("list-changes", since);
    let piped = office.host.pipe(&call, None).await.unwrap();
    let lines: Vec<_> = piped.data.collect().await;
    assert_eq!(
        String::from_utf8(lines.concat()).unwrap().lines().count(),
        2
    );
    assert!(piped.done.await.unwrap()["token"].is_string());
    let again = changes(json!({"table": "account", "token": next["token"]})).await;
    assert!(rows(&again.unwrap()).is_empty());
    let foreign = json!({"table": "contact", "token": next["token"]});
    let foreign = refusal(changes(foreign).await);
    assert!(
        matches!(foreign, ConnectorError::InvalidInput(_)),
        "{foreign:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_keeps_its_bounds_and_leads_on() {
    let office = accounts(25).await;
    let list = |input: Value| office.run("list-rows", input);
    let all =
        json!({"table": "account", "select": ["name"], "orderby": ["name"], "fetch-all": true});
    let all = list(all).await.unwrap();
    // Without its first rows.
    let rest = json!({"table": "account", "select": ["name"], "orderby": ["name"], "skip": 20,
        "fetch-all": true});
    let rest = list(rest).await.unwrap();
    let names = |answer: &Value| -> Vec<Value> {
        rows(answer).iter().map(|row| row["name"].clone()).collect()
    };
    assert_eq!(names(&rest), names(&all)[20..]);
    // Whole pages until there are enough.
    let enough =
        json!({"table": "account", "select": ["name"], "minimum-count": 11, "page-size": 5});
    let enough = list(enough).await.unwrap();
    assert_eq!(rows(&enough).len(), 15);
    assert_eq!(enough["truncated"], true);
    let on = json!({"table": "account", "next-page": enough["next-page"], "fetch-all": true});
    assert_eq!(rows(&list(on).await.unwrap()).len(), 10);
    // By a view, whatever the case of its name.
    let view = json!({"table": "account", "saved-view": "active accounts", "fetch-all": true});
    assert_eq!(rows(&list(view).await.unwrap()).len(), 25);
    for (input, place) in [
        (
            json!({"table": "account", "saved-view": "Activ Accounts"}),
            "/saved-view",
        ),
        (
            json!({"table": "account", "user-view": "Mine"}),
            "/user-view",
        ),
        (
            json!({"table": "account", "minimum-count": 0}),
            "/minimum-count",
        ),
        (
            json!({"table": "account", "minimum-count": 100_001}),
            "/minimum-count",
        ),
        (json!({"table": "account", "skip": -1}), "/skip"),
    ] {
        let error = refusal(list(input.clone()).await);
        let ConnectorError::InvalidInput(found) = error else {
            panic!("{input}: {error:?}");
        };
        assert_eq!(found[0].pointer, place, "{input}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_is_written_and_nothing_where_nothing_did() {
    let office = Office::open().await;
    let row = json!({"name": "Harbor", "industrycode": "Accounting", "numberofemployees": 7});
    let created = json!({"table": "account", "row": row});
    let account = office.run("create-row", created).await.unwrap()["id"].clone();
    let update = |row: Value| {
        let input = json!({"table": "account", "id": account, "row": row, "only-changed": true});
        office.run("update-row", input)
    };
    let patches = || -> Vec<String> {
        let requests = office.sim.requests();
        let patches = requests.iter().filter(|one| one.method == "PATCH");
        patches
            .map(|one| String::from_utf8_lossy(&one.body).into_owned())
            .collect()
    };
    let same = json!({"name": "Harbor", "industrycode": 1, "numberofemployees": "7"});
    assert_eq!(update(same).await.unwrap()["outcome"], "unchanged");
    assert!(patches().is_empty());
    let one = json!({"name": "Harbor", "industrycode": "Accounting", "numberofemployees": 8});
    let found = FaultRule::new("/accounts(", Effect::ResetAfter);
    office.sim.add_fault(found.method("GET").times(1));
    assert_eq!(update(one).await.unwrap()["outcome"], "updated");
    assert_eq!(patches(), ["{\"numberofemployees\":8}"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_goes_by_any_address_it_has() {
    let office = Office::open().await;
    let harbor = json!({"table": "account", "filter": "accountnumber eq 'ACC-1001'"});
    let id = office.run("find-row", harbor).await.unwrap()["id"].clone();
    let id = id.as_str().unwrap();
    let base = office.sim.base_url();
    let upper = id.to_uppercase();
    for spelling in [
        id.to_owned(),
        upper.clone(),
        format!("{{{upper}}}"),
        format!("%7b{upper}%7d"),
        format!("accounts({id})"),
        format!("/accounts({upper})"),
        format!("{base}/api/data/v9.2/accounts({id})"),
        format!(
            "{base}/main.aspx?appid={upper}&pagetype=entityrecord&etn=account&id=%7b{upper}%7d"
        ),
        "accountnumber='ACC-1001'".to_owned(),
        "accounts(accountnumber='ACC-1001')".to_owned(),
    ] {
        let input = json!({"table": "account", "id": spelling, "select": ["name"]});
        let found = office.run("get-row", input).await;
        let found = found.unwrap_or_else(|error| panic!("{spelling}: {error}"));
        assert_eq!(found["row"]["name"], "Harbor Tools", "{spelling}");
    }
    for spelling in [
        "https://fabrikam.example/main.aspx?pagetype=entityrecord&etn=account&id=1".to_owned(),
        format!("contacts({id})"),
        "42".to_owned(),
    ] {
        let input = json!({"table": "account", "id": spelling});
        let error = refusal(office.run("get-row", input).await);
        assert!(
            matches!(error, ConnectorError::InvalidInput(_)),
            "{spelling}: {error:?}"
        );
    }
}
