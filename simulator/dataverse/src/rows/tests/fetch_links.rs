//! FetchXML: links between tables.

use super::*;

fn rows(sim: &Sim, set: &str, xml: &str) -> Vec<Value> {
    let answer = sim.get_with(
        &format!("{set}?{}", fetch(xml)),
        "odata.include-annotations=\"*\"",
    );
    assert_eq!(answer.status(), StatusCode::OK, "{xml}: {}", answer.text());
    answer.json()["value"].as_array().unwrap().clone()
}

fn names(sim: &Sim, inside: &str) -> Vec<String> {
    let xml = format!(
        "<fetch><entity name='account'><attribute name='name'/><order attribute='name'/>{inside}</entity></fetch>"
    );
    rows(sim, "accounts", &xml)
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_type_of_link_finds_its_rows() {
    let sim = Sim::new();
    let Business { harbor, north, .. } = business(&sim);
    sim.create("tasks", json!({"subject": "Again", "regardingobjectid_account_task@odata.bind": format!("/accounts({harbor})")}));
    sim.create("tasks", json!({"subject": "Other", "regardingobjectid_account_task@odata.bind": format!("/accounts({north})")}));
    let (h, n, e) = ("Harbor Tools", "north wind", "Éclair");
    let task = |kind: &str, filter: &str| {
        format!(
            "<link-entity name='task' from='regardingobjectid' to='accountid' link-type='{kind}'>{filter}</link-entity>"
        )
    };
    let subject = |text: &str| {
        format!("<filter><condition attribute='subject' operator='eq' value='{text}'/></filter>")
    };
    let filtered = |link: String| format!("<filter>{link}</filter>");
    for (inside, expected) in [
        (task("inner", ""), vec![h, h, n]),
        (task("inner", &subject("again")), vec![h]),
        (task("outer", &subject("again")), vec![h, n, e]),
        (task("outer", ""), vec![h, h, n, e]),
        (task("exists", ""), vec![h, n]),
        (task("exists", &subject("again")), vec![h]),
        (task("in", ""), vec![h, n]),
        (task("in", &subject("other")), vec![n]),
        (task("matchfirstrowusingcrossapply", ""), vec![h, n]),
        (task("matchfirstrowusingcrossapply", &subject("other")), vec![n]),
        (filtered(task("any", "")), vec![h, n]),
        (filtered(task("any", &subject("other"))), vec![n]),
        (filtered(task("not any", "")), vec![e]),
        (filtered(task("not any", &subject("other"))), vec![h, e]),
        (filtered(task("all", &subject("other"))), vec![h]),
        (filtered(task("not all", &subject("other"))), vec![n]),
        (
            format!("<filter type='or'>{}<condition attribute='revenue' operator='null'/></filter>", task("any", &subject("other"))),
            vec![n, e],
        ),
        // From and to follow from the only relationship there is.
        ("<link-entity name='contact' link-type='exists' from='contactid' to='primarycontactid'/>".to_owned(), vec![h]),
        (
            "<link-entity name='contact' from='parentcustomerid' to='accountid'><link-entity name='systemuser' \
             from='systemuserid' to='createdby'><filter><condition attribute='fullname' operator='eq' value='Ada Park'/>\
             </filter></link-entity></link-entity>".to_owned(),
            vec![h],
        ),
        // An inner link below an outer one takes nothing away.
        (
            "<link-entity name='contact' from='contactid' to='primarycontactid' link-type='outer' alias='c'>\
             <link-entity name='account' from='primarycontactid' to='contactid' alias='b'/></link-entity>".to_owned(),
            vec![h, n, e],
        ),
        // After an outer join, at the level of the entity.
        (
            "<filter><condition entityname='c' attribute='contactid' operator='null'/></filter><link-entity name='contact' \
             from='contactid' to='primarycontactid' link-type='outer' alias='c'/>".to_owned(),
            vec![n, e],
        ),
        // Without an alias the table's name serves.
        (
            "<filter><condition entityname='contact' attribute='lastname' operator='eq' value='lind'/></filter><link-entity \
             name='contact' from='contactid' to='primarycontactid' link-type='outer'/>".to_owned(),
            vec![h],
        ),
        // Columns of two tables compared.
        (
            "<filter><condition attribute='createdby' operator='eq' valueof='c.createdby'/></filter><link-entity \
             name='contact' from='contactid' to='primarycontactid' alias='c'/>".to_owned(),
            vec![h],
        ),
    ] {
        assert_eq!(names(&sim, &inside), expected, "{inside}");
    }
}

#[test]
fn linked_columns_are_called_by_their_link() {
    let sim = Sim::new();
    business(&sim);
    let xml = "<fetch><entity name='account'><attribute name='name'/><link-entity name='contact' from='contactid' \
               to='primarycontactid'><attribute name='fullname'/><attribute name='createdby'/></link-entity><link-entity \
               name='task' from='regardingobjectid' to='accountid' alias='todo'><attribute name='subject'/><attribute \
               name='prioritycode' alias='urgency'/></link-entity></entity></fetch>";
    let found = rows(&sim, "accounts", xml);
    let [row] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(row["contact1.fullname"], "Ada Lind");
    assert_eq!(row["contact1.createdby"], USER.to_string());
    assert_eq!(
        row["contact1.createdby@OData.Community.Display.V1.FormattedValue"],
        "Ada Park"
    );
    assert_eq!(
        row["contact1.createdby@Microsoft.Dynamics.CRM.lookuplogicalname"],
        "systemuser"
    );
    assert_eq!(row["todo.subject"], "Call back");
    assert_eq!(
        row["urgency@OData.Community.Display.V1.FormattedValue"],
        "Normal"
    );
}

#[test]
fn rows_are_linked_through_intersect_tables() {
    let sim = Sim::new();
    sim.post(
        &format!("systemusers({USER})/teammembership_association/$ref"),
        json!({"@odata.id": format!("{ROOT}/teams({TEAM})")}),
    );
    let xml = "<fetch><entity name='systemuser'><attribute name='fullname'/><link-entity name='teammembership' \
               from='systemuserid' to='systemuserid' intersect='true'><link-entity name='team' from='teamid' to='teamid' \
               alias='team'><attribute name='name'/></link-entity></link-entity></entity></fetch>";
    let found = rows(&sim, "systemusers", xml);
    let [row] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (&row["fullname"], &row["team.name"]),
        (&json!("Ada Park"), &json!("Field"))
    );
    assert_eq!(row["ownerid"], USER.to_string());
    // The rows behind a many-to-many collection, with FetchXML on top.
    let xml = "<fetch><entity name='team'><attribute name='name'/><filter><condition attribute='name' operator='eq' \
               value='field'/></filter></entity></fetch>";
    let set = format!("systemusers({USER})/teammembership_association");
    assert_eq!(rows(&sim, &set, xml).len(), 1);
}

#[test]
fn orders_of_links_come_after_the_entitys_own_unless_they_are_named_there() {
    let sim = Sim::new();
    let parent = |name: &str| sim.create("accounts", json!({"name": name}));
    let (first, second) = (parent("P1"), parent("P2"));
    for (name, parent) in [("b", first), ("a", second), ("c", first)] {
        sim.create(
            "accounts",
            json!({"name": name, "parentaccountid@odata.bind": format!("accounts({parent})")}),
        );
    }
    let order = |own: &str, linked: &str| -> Vec<String> {
        names(&sim, "");
        let xml = format!(
            "<fetch><entity name='account'><attribute name='name'/>{own}<link-entity name='account' from='accountid' \
             to='parentaccountid' alias='p'>{linked}</link-entity></entity></fetch>"
        );
        rows(&sim, "accounts", &xml)
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        order("<order attribute='name'/>", "<order attribute='name'/>"),
        ["a", "b", "c"]
    );
    assert_eq!(
        order(
            "<order entityname='p' attribute='name'/><order attribute='name'/>",
            ""
        ),
        ["b", "c", "a"]
    );
    assert_eq!(
        order("", "<order attribute='name' descending='true'/>")[0],
        "a"
    );
}

#[test]
fn related_collections_take_fetchxml_too() {
    let sim = Sim::new();
    let Business { harbor, north, .. } = business(&sim);
    let xml = "<fetch><entity name='task'><attribute name='subject'/></entity></fetch>";
    let url = format!(
        "accounts({harbor})/Account_Tasks?{}&$count=true",
        fetch(xml)
    );
    let body = sim.get(&url).json();
    assert_eq!(
        (&body["@odata.count"], &body["value"][0]["subject"]),
        (&json!(1), &json!("Call back"))
    );
    let url = format!("accounts({north})/Account_Tasks?{}", fetch(xml));
    assert_eq!(sim.get(&url).json()["value"], json!([]));
}
