use super::*;

#[test]
fn a_deleted_row_is_gone() {
    let sim = Sim::new();
    let id = sim.create("accounts", json!({"name": "A"}));
    let url = format!("accounts({id})");
    let stale = sim.send(Method::DELETE, &url, &[("if-match", "W/\"1\"")], "");
    assert_eq!(
        (stale.refusal().0, stale.refusal().1.as_str()),
        (412, "0x80060882")
    );
    let etag = sim.get(&url).header("etag").unwrap().to_owned();
    assert_eq!(
        sim.send(Method::DELETE, &url, &[("if-match", &etag)], "")
            .status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(sim.get(&url).status(), StatusCode::NOT_FOUND);
    assert_eq!(
        sim.delete(&url).refusal(),
        (
            404,
            "0x80040217".to_owned(),
            format!("account With Id = {id} Does Not Exist")
        )
    );
}

#[test]
fn relationships_decide_what_goes_with_a_row() {
    let sim = Sim::new();
    let Business {
        harbor, ada, task, ..
    } = business(&sim);
    // A contact that an account points at: the link goes, the account stays.
    assert_eq!(
        sim.delete(&format!("contacts({ada})")).status(),
        StatusCode::NO_CONTENT
    );
    let row = sim
        .get(&format!(
            "accounts({harbor})?$select=_primarycontactid_value"
        ))
        .json();
    assert_eq!(row["_primarycontactid_value"], Value::Null);
    // Tasks and contacts of an account go with it.
    assert_eq!(
        sim.delete(&format!("accounts({harbor})")).status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        sim.get(&format!("tasks({task})")).status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(sim.get("contacts/$count").text(), "\u{feff}0");
}

#[test]
fn a_row_that_others_need_stays() {
    let sim = Sim::new();
    sim.create("accounts", json!({"name": "A"}));
    let currency = sim.list(
        "transactioncurrencies?$filter=isocurrencycode eq 'usd'",
        "transactioncurrencyid",
    );
    let refused = sim.delete(&format!(
        "transactioncurrencies({})",
        currency[0].as_str().unwrap()
    ));
    assert_eq!(
        refused.refusal(),
        (
            405,
            "0x80040227".to_owned(),
            "The object you tried to delete is associated with another object and cannot be deleted.".to_owned()
        )
    );
}

#[test]
fn versions_never_go_back_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let schema = standard().unwrap().build();
    let storage = Storage::File(folder.path().join("org.sqlite"));
    let caller = Caller {
        user_id: USER,
        business_unit_id: UNIT,
        on_behalf_of: None,
    };
    let origin = Origin { caller, now: NOW };
    let name = |text: &str| vec![vec![Cell::Text(text.to_owned())]].into_iter();
    {
        let rows = RowStore::open(&storage, &schema).unwrap();
        rows.bulk_insert(&schema, &origin, "account", &["name"], &mut name("A"))
            .unwrap();
    }
    let rows = RowStore::open(&storage, &schema).unwrap();
    rows.bulk_insert(&schema, &origin, "account", &["name"], &mut name("B"))
        .unwrap();
    assert_eq!(rows.count(&schema, "account").unwrap(), 2);
    assert!(
        rows.find(&schema, "account", "name", &Cell::Text("a".to_owned()))
            .unwrap()
            .is_some()
    );
}
