//! `odata.metadata=full` and `none`.

use super::*;

fn account(sim: &Sim, level: &str, url: &str) -> Value {
    let accept = format!("application/json;odata.metadata={level}");
    let answer = sim.send(Method::GET, url, &[("accept", &accept)], "");
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text());
    answer.json()
}

#[test]
fn full_metadata_tells_types_and_addresses() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let row = account(&sim, "full", &format!("accounts({harbor})"));
    for (name, expected) in [
        ("@odata.type", "#Microsoft.Dynamics.CRM.account".to_owned()),
        ("@odata.id", format!("{ROOT}/accounts({harbor})")),
        ("@odata.editLink", format!("accounts({harbor})")),
        ("accountid@odata.type", "#Guid".to_owned()),
        ("revenue@odata.type", "#Decimal".to_owned()),
        ("createdon@odata.type", "#DateTimeOffset".to_owned()),
        ("versionnumber@odata.type", "#Int64".to_owned()),
        (
            "primarycontactid@odata.navigationLink",
            format!("{ROOT}/accounts({harbor})/primarycontactid"),
        ),
        (
            "Account_Tasks@odata.associationLink",
            format!("{ROOT}/accounts({harbor})/Account_Tasks/$ref"),
        ),
    ] {
        assert_eq!(row[name], expected, "{name}");
    }
    for absent in [
        "name@odata.type",
        "numberofemployees@odata.type",
        "fax@odata.type",
    ] {
        assert!(row.get(absent).is_none(), "{absent}");
    }
    let row = account(&sim, "full", &format!("accounts({harbor})?$select=name"));
    assert!(row.get("primarycontactid@odata.navigationLink").is_none());
}

#[test]
fn no_metadata_leaves_context_and_etag_out() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let row = account(&sim, "none", &format!("accounts({harbor})?$select=name"));
    assert_eq!(
        row,
        json!({"name": "Harbor Tools", "accountid": harbor.to_string()})
    );
}
