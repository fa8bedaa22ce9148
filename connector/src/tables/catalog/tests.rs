use crate::webapi::testing::{client_of, contoso};
use airlock_connector::{http::Method, testing::Script};
use futures::{executor::block_on, future::join};

use super::*;
use crate::tables::{
    column::ColumnKind,
    testing::{column, list, organisation},
};

const GET: Method = Method::Get;
const TASK_COLUMNS: &str = "EntityDefinitions(LogicalName='task')/Attributes?";

fn count(script: &Script, resource: &str) -> usize {
    let line = format!("GET {resource}");
    script
        .sent()
        .iter()
        .filter(|sent| sent.starts_with(&line))
        .count()
}

#[test]
fn a_table_is_found_by_either_name_with_one_small_request() {
    let script = organisation();
    let (client, catalog) = (client_of(&script), Catalog::new());
    let by_set = block_on(catalog.table(&client, "Accounts", "/table")).unwrap();
    let by_name = block_on(catalog.table(&client, "account", "/table")).unwrap();
    assert_eq!(by_set, by_name);
    assert_eq!(by_name.set.as_str(), "accounts");
    assert_eq!(script.sent().len(), 1, "{:?}", script.sent());
    assert!(
        script.sent()[0].ends_with(
            "$filter=LogicalName%20eq%20'accounts'%20or%20EntitySetName%20eq%20'accounts'"
        )
    );
    assert_eq!(
        script.request(0).headers.get("airlock-prepares"),
        Some("true")
    );
}

#[test]
fn a_table_is_found_by_its_label() {
    let script = organisation();
    let found = block_on(Catalog::new().table(&client_of(&script), "Project", "/table")).unwrap();
    assert_eq!(found.name.as_str(), "contoso_project");
}

#[test]
fn an_unknown_table_is_looked_for_once_more_and_then_suggested() {
    let script = organisation();
    let (client, catalog) = (client_of(&script), Catalog::new());
    block_on(catalog.tables(&client, Freshness::Cached)).unwrap();
    block_on(client.transport().sleep(Duration::from_secs(1)));
    let error = block_on(catalog.table(&client, "acount", "/table")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/table: there is no table `acount`; did you mean account or accounts?"
    );
    let last = script.request(script.sent().len() - 1);
    assert_eq!(last.headers.get("consistency"), Some("Strong"));
}

#[test]
fn a_table_made_after_it_was_asked_for_is_found() {
    let asked = format!("EntityDefinitions?$select={}&$filter=", table::SELECT);
    let definition = serde_json::json!({
        "LogicalName": "contoso_new", "EntitySetName": "contoso_news",
    });
    let script = contoso()
        .answer(GET, &asked, 200, &list(Vec::new()))
        .answer(GET, &asked, 200, &list(vec![definition]))
        .always(GET, "EntityDefinitions?", 200, &list(Vec::new()));
    let (client, catalog) = (client_of(&script), Catalog::new());
    let ask = || block_on(catalog.table(&client, "contoso_new", "/table"));
    assert!(ask().is_err());
    assert_eq!(ask().unwrap().set.as_str(), "contoso_news");
}

#[test]
fn calls_that_overlap_load_once() {
    let script = organisation();
    let (client, catalog) = (client_of(&script), Catalog::new());
    let table = block_on(catalog.table(&client, "task", "/table")).unwrap();
    let both = join(
        catalog.columns(&client, &table, Freshness::Cached),
        catalog.columns(&client, &table, Freshness::Cached),
    );
    let (first, second) = block_on(both);
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(count(&script, TASK_COLUMNS), 1);
}

#[test]
fn calls_that_overlap_share_a_failure_and_the_next_one_tries_again() {
    let body = list(vec![column("subject", "String", "cu")]);
    let script =
        contoso()
            .answer(GET, TASK_COLUMNS, 403, "no")
            .answer(GET, TASK_COLUMNS, 200, &body);
    let table = task();
    let (client, catalog) = (client_of(&script), Catalog::new());
    let load = || catalog.columns(&client, &table, Freshness::Cached);
    let (first, second) = block_on(join(load(), load()));
    assert_eq!(first.unwrap_err(), second.unwrap_err());
    assert_eq!(script.sent().len(), 1);
    assert!(block_on(load()).is_ok());
}

#[test]
fn a_call_that_goes_away_leaves_the_load_to_the_next() {
    let script = organisation();
    let table = task();
    let (client, catalog) = (client_of(&script), Catalog::new());
    let mut abandoned = Box::pin(catalog.columns(&client, &table, Freshness::Cached));
    let waker = futures::task::noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    assert!(abandoned.as_mut().poll(&mut context).is_pending());
    drop(abandoned);
    assert!(block_on(catalog.columns(&client, &table, Freshness::Cached)).is_ok());
}

#[test]
fn metadata_grows_old() {
    let script = organisation();
    let table = task();
    let (client, catalog) = (client_of(&script), Catalog::new());
    for (pause, loads) in [(0, 1), (599, 1), (2, 2)] {
        block_on(client.transport().sleep(Duration::from_secs(pause)));
        block_on(catalog.columns(&client, &table, Freshness::Cached)).unwrap();
        assert_eq!(count(&script, TASK_COLUMNS), loads, "after {pause} s");
    }
}

#[test]
fn columns_tell_what_may_stand_in_them() {
    let script = organisation();
    let columns =
        block_on(Catalog::new().columns(&client_of(&script), &task(), Freshness::Cached)).unwrap();
    assert_eq!(columns.get("Subject").unwrap().kind, ColumnKind::Text);
    assert_eq!(
        columns.get("contoso_tags").unwrap().kind,
        ColumnKind::Choices
    );
    assert_eq!(
        columns.get("ownerid").unwrap().query_name(),
        "_ownerid_value"
    );
    assert!(!columns.get("owneridname").unwrap().exposed);
    assert_eq!(columns.nearest("The subject"), ["subject"]);
}

#[test]
fn options_come_from_the_column_or_from_a_global_choice() {
    let script = organisation();
    let all = block_on(Catalog::new().all_choices(&client_of(&script), &task(), Freshness::Cached));
    let all = all.unwrap();
    let labels = |column: &str| -> Vec<String> {
        let choices = all[column].iter();
        choices.map(|choice| choice.label.clone()).collect()
    };
    assert_eq!(labels("prioritycode"), ["Low", "Normal", "High"]);
    assert_eq!(labels("contoso_tags"), ["Red", "Blue"]);
    assert_eq!(labels("contoso_urgent"), ["Calm", "Burning"]);
}

#[test]
fn many_to_many_sides_start_at_the_table() {
    let sides = |one: &str, other: &str| {
        let relationship: crate::tables::lookup::ManyToMany =
            serde_json::from_value(serde_json::json!({
                "Entity1LogicalName": one,
                "Entity1NavigationPropertyName": "first",
                "Entity2LogicalName": other,
                "Entity2NavigationPropertyName": "second",
            }))
            .unwrap();
        let sides = relationship.into_collections("task");
        sides
            .into_iter()
            .map(|side| side.navigation)
            .collect::<Vec<_>>()
    };
    assert_eq!(sides("task", "list"), ["first"]);
    assert_eq!(sides("list", "task"), ["second"]);
    assert_eq!(sides("task", "task"), ["first", "second"]);
    assert!(sides("list", "lead").is_empty());
}

fn task() -> Rc<Table> {
    let script = organisation();
    block_on(Catalog::new().table(&client_of(&script), "task", "/table")).unwrap()
}
