use super::*;

#[test]
fn many_rows_come_at_once_and_are_found_afterwards() {
    let sim = Sim::new();
    let schema = sim.organisation.schema();
    let origin = Origin {
        caller: sim.caller,
        now: NOW,
    };
    let mut rows = (0..25_000).map(|number| {
        vec![
            Cell::Text(format!("Row {number:05}")),
            Cell::Integer(number),
        ]
    });
    let store = &sim.organisation.rows;
    let count = store
        .bulk_insert(
            &schema,
            &origin,
            "account",
            &["name", "numberofemployees"],
            &mut rows,
        )
        .unwrap();
    assert_eq!(
        (count, store.count(&schema, "account").unwrap()),
        (25_000, 25_000)
    );
    let found = sim.list(
        "accounts?$select=numberofemployees&$filter=name eq 'row 12345'",
        "numberofemployees",
    );
    assert_eq!(found, [json!(12345)]);
    assert_eq!(
        sim.get("accounts/$count").text(),
        "\u{feff}5000",
        "counting stops at its limit"
    );
    let page = sim
        .get("accounts?$select=name&$orderby=createdon desc")
        .json();
    assert_eq!(page["value"].as_array().unwrap().len(), 5_000);
    assert!(page.get("@odata.nextLink").is_some());
}

#[test]
fn unknown_tables_and_columns_are_told() {
    let sim = Sim::new();
    let schema = sim.organisation.schema();
    let origin = Origin {
        caller: sim.caller,
        now: NOW,
    };
    let insert = |table: &str, column: &str| {
        let mut rows = std::iter::once(vec![Cell::Null]);
        sim.organisation
            .rows
            .bulk_insert(&schema, &origin, table, &[column], &mut rows)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(insert("nosuch", "name"), "there is no table `nosuch`");
    assert_eq!(
        insert("account", "nosuch"),
        "there is no column `nosuch` in the table `account`"
    );
}

#[test]
fn writing_users_changes_the_identity_generation() {
    let sim = Sim::new();
    let before = sim.organisation.rows.identity_generation();
    sim.create("accounts", json!({"name": "A"}));
    assert_eq!(sim.organisation.rows.identity_generation(), before);
    sim.patch(
        &format!("systemusers({USER})"),
        &[],
        json!({"lastname": "P"}),
    );
    assert_ne!(sim.organisation.rows.identity_generation(), before);
}
