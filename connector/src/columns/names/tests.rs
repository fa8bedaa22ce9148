use crate::webapi::testing::client_of;
use futures::executor::block_on;

use super::*;
use crate::{
    columns::explain,
    tables::{Catalog, testing::organisation},
};

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

async fn ask(what: &str, table: &str, items: &[&str]) -> Result<Vec<String>, Error> {
    let script = organisation();
    let (client, catalog) = (client_of(&script), Catalog::new());
    let organisation = Organisation::new(&client, &catalog);
    let table = catalog.table(&client, table, "/table").await?;
    let items = texts(items);
    match what {
        "select" => select(organisation, &table, &items, "/select").await,
        "orderby" => order_by(organisation, &table, &items, "/orderby").await,
        _ => expand(organisation, &table, &items, "/expand").await,
    }
}

#[test]
fn a_list_in_one_text_is_taken_apart_outside_of_options() {
    let items = texts(&["name, revenue", "a($select=x,y;$filter=n eq ',('),b", " "]);
    assert_eq!(
        split(&items),
        ["name", "revenue", "a($select=x,y;$filter=n eq ',(')", "b"]
    );
}

#[test]
fn names_are_put_into_the_services_form() {
    let table: [(&str, &str, &[&str], &[&str]); 8] = [
        (
            "select",
            "task",
            &["Subject", "ownerid"],
            &["subject", "_ownerid_value"],
        ),
        (
            "select",
            "task",
            &["subject,_ownerid_value"],
            &["subject", "_ownerid_value"],
        ),
        (
            "orderby",
            "task",
            &["subject DESC", "createdon"],
            &["subject desc", "createdon"],
        ),
        ("orderby", "task", &["ownerid asc"], &["_ownerid_value asc"]),
        (
            "orderby",
            "task",
            &["contoso_Project/name desc"],
            &["contoso_Project/name desc"],
        ),
        (
            "expand",
            "task",
            &["contoso_project($select=name)"],
            &["contoso_Project($select=name)"],
        ),
        (
            "expand",
            "account",
            &["account_tasks/$ref"],
            &["Account_Tasks/$ref"],
        ),
        ("expand", "task", &["_createdby_value"], &["createdby"]),
    ];
    for (what, name, items, expected) in table {
        let found = block_on(ask(what, name, items)).unwrap();
        assert_eq!(found, expected, "{what} {items:?}");
    }
}

#[test]
fn a_slip_is_answered_at_its_place() {
    let table: [(&str, &[&str], &str); 6] = [
        (
            "select",
            &["subject", "subjct"],
            "/select/1: task has no column `subjct`; did you mean subject?",
        ),
        (
            "select",
            &["owneridname"],
            "ask for `_ownerid_value` and for formatted values",
        ),
        (
            "orderby",
            &["subject up"],
            "/orderby/0: `subject up` is not an order",
        ),
        ("orderby", &["craetedon desc"], "did you mean createdon"),
        (
            "expand",
            &["contoso_Projekt"],
            "did you mean contoso_Project?",
        ),
        (
            "expand",
            &["regardingobjectid"],
            "expand one of regardingobjectid_account_task, regardingobjectid_contact_task",
        ),
    ];
    for (what, items, expected) in table {
        let error = block_on(ask(what, "task", items)).unwrap_err().to_string();
        assert!(error.contains(expected), "{what} {items:?}: {error}");
    }
}

#[test]
fn a_name_that_only_the_service_misses_is_explained() {
    let script = organisation();
    let (client, catalog) = (client_of(&script), Catalog::new());
    let explained = block_on(async {
        let table = catalog.table(&client, "task", "/table").await.unwrap();
        let organisation = Organisation::new(&client, &catalog);
        let error = Error::invalid(
            "",
            "Could not find a property named 'lastnmae' on type 'Microsoft.Dynamics.CRM.contact'. [code 0x80060888]",
        );
        let places = [
            ("/filter", "subject eq 'x'"),
            ("/expand", "x($select=lastnmae)"),
        ];
        explain(organisation, &table, error, &places).await
    });
    assert_eq!(
        explained.to_string(),
        "/expand: contact has no column `lastnmae`; did you mean lastname?"
    );
}
