use super::*;

#[test]
fn a_retrieve_carries_context_etag_and_the_primary_id() {
    let sim = Sim::new();
    let Business { harbor, ada, .. } = business(&sim);
    let answer = sim.get(&format!(
        "accounts({harbor})?$select=name,revenue,_primarycontactid_value"
    ));
    let row = answer.json();
    assert_eq!(
        row["@odata.context"],
        format!("{ROOT}/$metadata#accounts(name,revenue,_primarycontactid_value)/$entity")
    );
    assert_eq!(row["@odata.etag"].as_str(), answer.header("etag"));
    assert!(
        answer.text().contains("\"revenue\":5000000.0000"),
        "{}",
        answer.text()
    );
    assert_eq!(
        (&row["accountid"], &row["_primarycontactid_value"]),
        (&json!(harbor), &json!(ada))
    );
    assert!(
        row.get("_transactioncurrencyid_value").is_some(),
        "money brings its currency along"
    );
    assert!(
        answer.0.headers["content-type"]
            .to_str()
            .unwrap()
            .contains("odata.metadata=minimal")
    );
}

#[test]
fn annotations_tell_what_people_see() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let answer = sim.get_with(
        &format!("accounts({harbor})?$select=revenue,industrycode,numberofemployees,createdon,donotemail,_ownerid_value,_primarycontactid_value,name"),
        "odata.include-annotations=\"*\"",
    );
    let row = answer.json();
    assert_eq!(
        answer.header("preference-applied"),
        Some("odata.include-annotations=\"*\"")
    );
    for (property, expected) in [
        ("revenue", "$5,000,000.00"),
        ("industrycode", "Consulting"),
        ("numberofemployees", "1,200"),
        ("createdon", "3/25/2026 5:42 PM"),
        ("donotemail", "Allow"),
        ("_ownerid_value", "Ada Park"),
        ("_primarycontactid_value", "Ada Lind"),
    ] {
        assert_eq!(
            row[format!("{property}@OData.Community.Display.V1.FormattedValue")],
            expected,
            "{property}"
        );
    }
    assert_eq!(
        row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"],
        "systemuser"
    );
    assert_eq!(
        row["_ownerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"],
        "ownerid"
    );
    assert_eq!(
        row["_primarycontactid_value@Microsoft.Dynamics.CRM.lookuplogicalname"],
        "contact"
    );
    assert!(
        row.get("name@OData.Community.Display.V1.FormattedValue")
            .is_none()
    );
    assert!(
        row.get("accountid@OData.Community.Display.V1.FormattedValue")
            .is_none()
    );
    let formatted_only = sim.get_with(
        &format!("accounts({harbor})?$select=_ownerid_value"),
        "odata.include-annotations=\"OData.*\"",
    );
    assert!(formatted_only.text().contains("FormattedValue"));
    assert!(!formatted_only.text().contains("lookuplogicalname"));
}

#[test]
fn an_unchanged_row_is_304_unless_annotations_or_expands_are_wanted() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let url = format!("accounts({harbor})?$select=name");
    let etag = sim.get(&url).header("etag").unwrap().to_owned();
    let conditional = |url: &str, more: &[(&str, &str)]| {
        let headers: Vec<_> = [("if-none-match", etag.as_str())]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        sim.send(Method::GET, url, &headers, "").status()
    };
    assert_eq!(conditional(&url, &[]), StatusCode::NOT_MODIFIED);
    assert_eq!(
        conditional(&url, &[("prefer", "odata.include-annotations=\"*\"")]),
        StatusCode::OK
    );
    assert_eq!(
        conditional(&format!("{url}&$expand=primarycontactid"), &[]),
        StatusCode::OK
    );
    sim.patch(
        &format!("accounts({harbor})"),
        &[],
        json!({"name": "Harbor Tools"}),
    );
    assert_eq!(conditional(&url, &[]), StatusCode::OK);
}

#[test]
fn properties_are_read_alone_and_raw() {
    let sim = Sim::new();
    let Business { harbor, north, .. } = business(&sim);
    let answer = sim.get(&format!("accounts({harbor})/name"));
    assert_eq!(
        answer.json(),
        json!({"@odata.context": format!("{ROOT}/$metadata#accounts({harbor})/name"), "value": "Harbor Tools"})
    );
    assert_eq!(
        sim.get(&format!("accounts({harbor})/name/$value")).text(),
        "Harbor Tools"
    );
    assert_eq!(
        sim.get(&format!("accounts({harbor})/createdon/$value"))
            .text(),
        "2026-03-25T17:42:47Z"
    );
    assert_eq!(
        sim.get(&format!("accounts({harbor})/revenue")).json()["value"].as_f64(),
        Some(5_000_000.0)
    );
    assert_eq!(
        sim.get(&format!("accounts({north})/description")).status(),
        StatusCode::NO_CONTENT
    );
}

#[test]
fn navigation_leads_to_rows_collections_counts_and_references() {
    let sim = Sim::new();
    let Business {
        harbor,
        north,
        ada,
        task,
        ..
    } = business(&sim);
    let row = sim
        .get(&format!(
            "accounts({harbor})/primarycontactid?$select=fullname"
        ))
        .json();
    assert_eq!(
        row["@odata.context"],
        format!("{ROOT}/$metadata#contacts(fullname)/$entity")
    );
    assert_eq!(row["fullname"], "Ada Lind");
    assert_eq!(
        sim.get(&format!(
            "accounts({harbor})/primarycontactid/fullname/$value"
        ))
        .text(),
        "Ada Lind"
    );
    assert_eq!(
        sim.get(&format!("accounts({north})/primarycontactid"))
            .status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        sim.get(&format!("accounts({harbor})/primarycontactid/$ref"))
            .json()["@odata.id"],
        format!("{ROOT}/contacts({ada})")
    );
    assert_eq!(
        sim.list(
            &format!("accounts({harbor})/Account_Tasks?$select=subject"),
            "subject"
        ),
        [json!("Call back")]
    );
    assert_eq!(
        sim.get(&format!("accounts({harbor})/Account_Tasks/$count"))
            .text(),
        "\u{feff}1"
    );
    assert_eq!(
        sim.get(&format!("accounts({harbor})/Account_Tasks/$ref"))
            .json(),
        json!({
            "@odata.context": format!("{ROOT}/$metadata#Collection($ref)"),
            "value": [{"@odata.id": format!("{ROOT}/tasks({task})")}],
        })
    );
    assert_eq!(
        sim.get(&format!(
            "accounts({harbor})/Account_Tasks({task})?$select=subject"
        ))
        .json()["subject"],
        "Call back"
    );
    assert_eq!(
        sim.get(&format!("accounts({north})/Account_Tasks({task})"))
            .status(),
        StatusCode::NOT_FOUND
    );
}

#[test]
fn users_have_an_owner_id_too() {
    let sim = Sim::new();
    let row = sim
        .get(&format!("systemusers({USER})?$select=fullname"))
        .json();
    assert_eq!(
        (&row["systemuserid"], &row["ownerid"]),
        (&json!(USER), &json!(USER))
    );
    assert_eq!(
        sim.get(&format!("systemusers(ownerid={USER})")).status(),
        StatusCode::OK
    );
    assert_eq!(
        sim.get(&format!("systemusers(systemuserid={USER})"))
            .status(),
        StatusCode::BAD_REQUEST
    );
}

#[test]
fn metadata_levels_add_and_remove_control_information() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let level = |level: &str| {
        let accept = format!("application/json;odata.metadata={level}");
        sim.send(
            Method::GET,
            &format!("accounts({harbor})?$select=name"),
            &[("accept", &accept)],
            "",
        )
        .json()
    };
    assert_eq!(
        level("none"),
        json!({"name": "Harbor Tools", "accountid": harbor})
    );
    let full = level("full");
    assert_eq!(full["@odata.type"], "#Microsoft.Dynamics.CRM.account");
    assert_eq!(full["@odata.id"], format!("{ROOT}/accounts({harbor})"));
}
