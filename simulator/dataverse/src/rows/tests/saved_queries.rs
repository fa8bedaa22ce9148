//! Queries kept as rows: `savedQuery=` and `userQuery=`.

use super::*;

fn saved(sim: &Sim, set: &str, table: &str, inside: &str) -> Uuid {
    sim.create(
        set,
        json!({
            "name": "A view", "returnedtypecode": table, "querytype": 0,
            "fetchxml": format!("<fetch><entity name='{table}'>{inside}</entity></fetch>"),
        }),
    )
}

#[test]
fn a_kept_query_runs_over_its_table_and_over_related_rows() {
    let sim = Sim::new();
    let Business { harbor, north, .. } = business(&sim);
    let accounts = saved(
        &sim,
        "savedqueries",
        "account",
        "<attribute name='name'/><attribute name='revenue'/><order attribute='name'/>",
    );
    let answer = sim.get_with(
        &format!("accounts?savedQuery={accounts}&$count=true"),
        "odata.include-annotations=\"*\"",
    );
    let body = answer.json();
    assert_eq!(body["@odata.count"], 3);
    assert_eq!(body["value"][0]["name"], "Harbor Tools");
    assert!(
        !body["value"][2]
            .as_object()
            .unwrap()
            .contains_key("revenue"),
        "nulls are left out"
    );
    let tasks = saved(&sim, "userqueries", "task", "<attribute name='subject'/>");
    let subjects = |row: Uuid| {
        sim.list(
            &format!("accounts({row})/Account_Tasks?userQuery={tasks}"),
            "subject",
        )
    };
    assert_eq!(subjects(harbor), [json!("Call back")]);
    assert!(subjects(north).is_empty());
    assert_eq!(
        sim.list("userqueries?$filter=returnedtypecode eq 'task'", "name"),
        [json!("A view")]
    );
}

#[test]
fn a_kept_query_that_is_not_there_or_about_another_table_is_refused() {
    let sim = Sim::new();
    let contacts = saved(&sim, "savedqueries", "contact", "");
    let missing = Uuid::from_u128(7);
    for (url, status, code) in [
        (format!("accounts?savedQuery={missing}"), 404, "0x80040217"),
        (format!("accounts?userQuery={contacts}"), 404, "0x80040217"),
        (format!("accounts?savedQuery={contacts}"), 400, "0x80041128"),
        ("accounts?savedQuery=abc".to_owned(), 400, "0x80060888"),
        (
            format!("contacts?savedQuery={contacts}&$filter=fullname eq 'x'"),
            400,
            "0x80060888",
        ),
    ] {
        let (found, text, _) = sim.get(&url).refusal();
        assert_eq!((found, text.as_str()), (status, code), "{url}");
    }
}
