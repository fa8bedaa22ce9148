use crate::webapi::testing::client_of;
use futures::executor::block_on;
use serde_json::json;

use super::*;
use crate::tables::{Catalog, testing::organisation};

const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";

fn settle(table: &str, value: Value) -> Result<RowKey, Error> {
    let script = organisation();
    let (client, catalog) = (client_of(&script), Catalog::new());
    block_on(async {
        let table = catalog.table(&client, table, "/table").await?;
        let written = RowKey::from_json(&value, "/key")?;
        key(
            Organisation::new(&client, &catalog),
            &table,
            &written,
            "/key",
        )
        .await
    })
}

#[test]
fn a_key_takes_the_types_of_its_columns() {
    let table = [
        (json!({"accountnumber": 42}), "accountnumber='42'"),
        (json!("AccountNumber='A1'"), "accountnumber='A1'"),
        (
            json!({"numberofemployees": "7", "primarycontactid": ID}),
            &format!("numberofemployees=7,_primarycontactid_value={ID}"),
        ),
        (
            json!(format!("_primarycontactid_value={ID},numberofemployees=7")),
            &format!("_primarycontactid_value={ID},numberofemployees=7"),
        ),
        (json!({"accountid": ID.to_uppercase()}), ID),
        (json!(ID), ID),
    ];
    for (value, expected) in table {
        let settled = settle("account", value.clone()).unwrap();
        let found = match &settled {
            RowKey::Id(id) => id.to_string(),
            RowKey::Alternate(key) => key.describe().replace(", ", ","),
        };
        assert_eq!(found, expected, "{value}");
    }
}

#[test]
fn what_is_no_key_is_answered_with_the_keys_there_are() {
    let table = [
        (
            "account",
            json!({"name": "Harbor"}),
            "name is not an alternate key of account; its keys: accountnumber, numberofemployees + primarycontactid or industrycode",
        ),
        (
            "account",
            json!({"acountnumber": "A1"}),
            "did you mean accountnumber",
        ),
        (
            "account",
            json!({"industrycode": 3}),
            "its index is Pending",
        ),
        (
            "account",
            json!({"numberofemployees": "many", "primarycontactid": ID}),
            "whole number",
        ),
        ("account", json!({"accountid": "x"}), "GUID"),
        (
            "task",
            json!({"subject": "x"}),
            "task has no alternate keys",
        ),
    ];
    for (name, value, expected) in table {
        let error = settle(name, value.clone()).unwrap_err().to_string();
        assert!(error.contains(expected), "{value}: {error}");
    }
}
