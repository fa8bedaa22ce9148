//! FetchXML: columns, orders, distinct rows, and queries that make no sense.

use super::*;

#[test]
fn rows_have_what_was_asked_for_without_nulls() {
    let sim = Sim::new();
    let Business {
        harbor, ada, plain, ..
    } = business(&sim);
    let xml = "<fetch><entity name='account'><attribute name='name'/><attribute name='revenue'/><attribute \
               name='primarycontactid'/><attribute name='industrycode' alias='branch'/><attribute name='ownerid' alias='boss'/>\
               <order attribute='name'/><filter><condition attribute='name' operator='not-like' value='north%'/></filter>\
               </entity></fetch>";
    let answer = sim.get_with(
        &format!("accounts?{}", fetch(xml)),
        "odata.include-annotations=\"*\"",
    );
    let body = answer.json();
    assert_eq!(
        body["@odata.context"],
        format!(
            "{ROOT}/$metadata#accounts(name,revenue,_primarycontactid_value,_transactioncurrencyid_value,accountid,branch,boss)"
        )
    );
    assert_eq!(body["@Microsoft.Dynamics.CRM.totalrecordcount"], -1);
    assert_eq!(body.get("@Microsoft.Dynamics.CRM.morerecords"), None);
    let first = &body["value"][0];
    assert_eq!(first["accountid"], harbor.to_string());
    assert!(first["@odata.etag"].is_string());
    assert_eq!(first["_primarycontactid_value"], ada.to_string());
    assert_eq!(first["branch"], 7);
    assert!(first["branch@OData.Community.Display.V1.FormattedValue"].is_string());
    assert_eq!(first["boss"], USER.to_string());
    assert_eq!(
        first["boss@OData.Community.Display.V1.FormattedValue"],
        "Ada Park"
    );
    assert_eq!(
        first["boss@Microsoft.Dynamics.CRM.lookuplogicalname"],
        "systemuser"
    );
    let second = body["value"][1].as_object().unwrap();
    assert_eq!(second["accountid"], plain.to_string());
    for absent in ["revenue", "_primarycontactid_value", "branch"] {
        assert!(!second.contains_key(absent), "{absent}");
    }
}

#[test]
fn no_attributes_and_all_attributes_give_every_column_with_a_value() {
    let sim = Sim::new();
    business(&sim);
    for columns in ["", "<all-attributes/>"] {
        let xml = format!(
            "<fetch top='1'><entity name='account'>{columns}<order attribute='name'/></entity></fetch>"
        );
        let body = sim.get(&format!("accounts?{}", fetch(&xml))).json();
        assert_eq!(body["@odata.context"], format!("{ROOT}/$metadata#accounts"));
        let row = body["value"][0].as_object().unwrap();
        assert!(row.contains_key("createdon") && row.contains_key("_ownerid_value"));
        assert!(!row.contains_key("fax"), "nulls are left out");
    }
}

#[test]
fn choices_sort_by_label_and_lookups_by_name_unless_numbers_are_wanted() {
    let sim = Sim::new();
    // Influencer is 6 and Partner 5, Other 12 and Prospect 8.
    for code in [5, 6, 8, 12] {
        sim.create(
            "accounts",
            json!({"name": code.to_string(), "customertypecode": code}),
        );
    }
    let sorted = |root: &str, order: &str| -> Vec<String> {
        let xml = format!(
            "<fetch {root}><entity name='account'><attribute name='name'/><attribute name='customertypecode'/>{order}</entity></fetch>"
        );
        let answer = sim.get_with(
            &format!("accounts?{}", fetch(&xml)),
            "odata.include-annotations=\"*\"",
        );
        let rows = answer.json()["value"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| {
                row["customertypecode@OData.Community.Display.V1.FormattedValue"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    let by_label = sorted("", "<order attribute='customertypecode'/>");
    let mut expected = by_label.clone();
    expected.sort_by_key(|label| label.to_lowercase());
    assert_eq!(by_label, expected);
    let mut reversed = sorted(
        "",
        "<order attribute='customertypecode' descending='true'/>",
    );
    reversed.reverse();
    assert_eq!(reversed, expected);
    let by_number = sorted(
        "useraworderby='true'",
        "<order attribute='customertypecode'/>",
    );
    assert_ne!(
        by_number, expected,
        "the choice of codes shows a difference"
    );
}

#[test]
fn distinct_rows_stand_for_several_and_have_no_id() {
    let sim = Sim::new();
    business(&sim);
    let xml = "<fetch distinct='true'><entity name='account'><attribute name='statecode'/></entity></fetch>";
    let body = sim
        .get(&format!("accounts?{}&$count=true", fetch(xml)))
        .json();
    assert_eq!(body["value"], json!([{"statecode": 0}]));
    assert_eq!(body["@odata.count"], 1);
    let xml = "<fetch distinct='true'><entity name='account'><attribute name='statecode'/><order attribute='name'/></entity></fetch>";
    assert_eq!(sim.get(&format!("accounts?{}", fetch(xml))).status(), 400);
}

#[test]
fn queries_that_make_no_sense_are_refused_in_words() {
    let sim = Sim::new();
    business(&sim);
    let in_entity =
        |inside: &str| format!("<fetch><entity name='account'>{inside}</entity></fetch>");
    let condition = |inside: &str| in_entity(&format!("<filter><condition {inside}/></filter>"));
    for (xml, code, message) in [
        ("<fetch".to_owned(), "0x80040201", "Invalid XML."),
        (
            "<fetch><entity name='contact'/></fetch>".to_owned(),
            "0x80041128",
            "The entity name specified in fetchxml does not match the entity name specified in the Entity or Query",
        ),
        (
            "<fetch><entity name='nosuch'/></fetch>".to_owned(),
            "0x80041102",
            "The entity with a name = 'nosuch' with namemapping = 'Logical' was not found in the MetadataCache.",
        ),
        (
            in_entity("<attribute name='nosuch'/>"),
            "0x80041103",
            "'account' entity doesn't contain attribute with Name = 'nosuch' and NameMapping = 'Logical'.",
        ),
        (
            in_entity("<order attribute='nosuch'/>"),
            "0x80041103",
            "'account' entity doesn't contain attribute with Name = 'nosuch' and NameMapping = 'Logical'.",
        ),
        (
            in_entity("<link-entity name='nosuch' from='a' to='b'/>"),
            "0x80041102",
            "The entity with a name = 'nosuch' with namemapping = 'Logical' was not found in the MetadataCache.",
        ),
        (
            in_entity("<link-entity name='contact' from='nosuch' to='accountid'/>"),
            "0x80041103",
            "'contact' entity doesn't contain attribute with Name = 'nosuch' and NameMapping = 'Logical'.",
        ),
        (
            condition("attribute='nosuch' operator='null'"),
            "0x80041103",
            "'account' entity doesn't contain attribute with Name = 'nosuch' and NameMapping = 'Logical'.",
        ),
        (
            condition("attribute='name' operator='is'"),
            "0x80041120",
            "The condition operator 'is' is not valid.",
        ),
        (
            condition("attribute='name' operator='today'"),
            "0x80041120",
            "The condition operator 'today' needs a date column, and 'account.name' is none.",
        ),
        (
            condition("attribute='revenue' operator='like' value='1%'"),
            "0x80041120",
            "The condition operator 'like' needs a text column, and 'account.revenue' is none.",
        ),
        (
            condition("attribute='name' operator='eq'"),
            "0x80040203",
            "The condition operator 'eq' takes exactly 1 value, and the condition on 'name' has 0.",
        ),
        (
            condition("attribute='revenue' operator='eq' value='x'"),
            "0x80040203",
            "The value 'x' of the condition on 'account.revenue' does not fit the column.",
        ),
        (
            condition("attribute='name' operator='eq' valueof='revenue'"),
            "0x80041120",
            "The columns 'name' and 'revenue' are not of the same type and can't be compared.",
        ),
        (
            condition("attribute='name' operator='like' valueof='accountnumber'"),
            "0x80041120",
            "The condition operator 'like' is not supported for a comparison of columns.",
        ),
        (
            condition("entityname='x' attribute='name' operator='null'"),
            "0x8004110a",
            "Link entity with name or alias x is not found",
        ),
    ] {
        let (status, found, text) = sim.get(&format!("accounts?{}", fetch(&xml))).refusal();
        assert_eq!((status, found.as_str()), (400, code), "{xml}: {text}");
        assert!(text.starts_with(message), "{xml}: {text}");
    }
    let url = format!(
        "accounts?{}&$select=name",
        fetch("<fetch><entity name='account'/></fetch>")
    );
    let (status, code, text) = sim.get(&url).refusal();
    assert_eq!(
        (status, code.as_str(), text.as_str()),
        (
            400,
            "0x80060888",
            "The query parameter $select is not supported"
        )
    );
}
