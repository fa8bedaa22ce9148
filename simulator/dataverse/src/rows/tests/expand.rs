use super::*;

#[test]
fn a_lookup_expands_to_its_row_or_null() {
    let sim = Sim::new();
    let Business { ada, .. } = business(&sim);
    let page = sim.get("accounts?$select=name&$orderby=name&$expand=primarycontactid($select=fullname;$expand=createdby($select=fullname))").json();
    assert_eq!(
        page["@odata.context"],
        format!("{ROOT}/$metadata#accounts(name,primarycontactid(fullname,createdby(fullname)))")
    );
    let rows = page["value"].as_array().unwrap();
    assert_eq!(
        rows[0]["primarycontactid"],
        json!({
            "fullname": "Ada Lind", "contactid": ada,
            "createdby": {"fullname": "Ada Park", "systemuserid": USER, "ownerid": USER},
        })
    );
    assert_eq!(rows[1]["primarycontactid"], Value::Null);
    assert!(rows[1].get("@odata.etag").is_some());
}

#[test]
fn a_collection_comes_whole_with_a_link_to_itself() {
    let sim = Sim::new();
    let Business { harbor, task, .. } = business(&sim);
    let row = sim.get(&format!("accounts({harbor})?$select=name&$expand=Account_Tasks($select=subject;$filter=statecode eq 0)")).json();
    let tasks = row["Account_Tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 1);
    assert_eq!(
        (
            &tasks[0]["activityid"],
            &tasks[0]["_regardingobjectid_value"]
        ),
        (&json!(task), &json!(harbor))
    );
    assert!(tasks[0].get("@odata.etag").is_some());
    assert_eq!(
        row["Account_Tasks@odata.nextLink"],
        format!(
            "{ROOT}/accounts({harbor})/Account_Tasks?$select=subject&$filter=statecode%20eq%200"
        )
    );
}

#[test]
fn nested_expands_page_their_collections_and_drop_etags() {
    let sim = Sim::new();
    let id = sim.create(
        "accounts",
        json!({"name": "A", "Account_Tasks": [{"subject": "1"}, {"subject": "2"}, {"subject": "3"}]}),
    );
    let url = "accounts?$select=name&$expand=Account_Tasks($select=subject;$expand=createdby($select=fullname))";
    let page = sim.get_with(url, "odata.maxpagesize=2").json();
    let row = &page["value"][0];
    let tasks = row["Account_Tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    assert!(tasks[0].get("@odata.etag").is_none());
    assert_eq!(tasks[0]["createdby"]["fullname"], "Ada Park");
    let link = row["Account_Tasks@odata.nextLink"].as_str().unwrap();
    assert!(
        link.starts_with(&format!(
            "{ROOT}/accounts({id})/Account_Tasks?$select=subject&$expand="
        )),
        "{link}"
    );
    let rest = sim
        .get_with(
            link.strip_prefix(&format!("{ROOT}/")).unwrap(),
            "odata.maxpagesize=2",
        )
        .json();
    assert_eq!(rest["value"].as_array().unwrap().len(), 1);
    assert!(rest.get("@odata.nextLink").is_none());

    let refused = sim
        .get("accounts?$expand=Account_Tasks($top=1;$expand=createdby)")
        .refusal();
    assert_eq!(
        refused.2,
        "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship."
    );
}

#[test]
fn one_level_collections_can_be_ordered_and_cut() {
    let sim = Sim::new();
    sim.create("accounts", json!({"name": "A", "Account_Tasks": [{"subject": "1"}, {"subject": "2"}, {"subject": "3"}]}));
    let page = sim
        .get("accounts?$expand=Account_Tasks($select=subject;$orderby=subject desc;$top=2)")
        .json();
    let subjects: Vec<_> = page["value"][0]["Account_Tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| &task["subject"])
        .collect();
    assert_eq!(subjects, ["3", "2"]);
}

#[test]
fn many_to_many_expands_through_the_intersect_table() {
    let sim = Sim::new();
    let body = json!({"@odata.id": format!("{ROOT}/systemusers({OTHER_USER})")}).to_string();
    let added = sim.send(
        Method::POST,
        &format!("teams({TEAM})/teammembership_association/$ref"),
        &[],
        &body,
    );
    assert_eq!(added.status(), StatusCode::NO_CONTENT, "{}", added.text());
    let row = sim
        .get(&format!(
            "teams({TEAM})?$select=name&$expand=teammembership_association($select=fullname)"
        ))
        .json();
    assert_eq!(
        row["teammembership_association"][0]["fullname"],
        "Ben Okoro"
    );
    let found = sim.list(
        "systemusers?$select=fullname&$filter=teammembership_association/any(t:t/name eq 'field')",
        "fullname",
    );
    assert_eq!(found, [json!("Ben Okoro")]);
    assert_eq!(
        sim.list("teammemberships", "systemuserid"),
        [json!(OTHER_USER)]
    );
}

#[test]
fn references_expand_to_addresses() {
    let sim = Sim::new();
    let Business { harbor, ada, .. } = business(&sim);
    let row = sim
        .get(&format!(
            "accounts({harbor})?$select=name&$expand=primarycontactid/$ref"
        ))
        .json();
    assert_eq!(
        row["primarycontactid"]["@odata.id"],
        format!("{ROOT}/contacts({ada})")
    );
    assert_eq!(row["_primarycontactid_value"], json!(ada));
    assert_eq!(
        sim.get(&format!("accounts({harbor})?$expand=Account_Tasks/$ref"))
            .refusal()
            .2,
        "Expand with $ref is only supported on lookup type navigation property."
    );
}

#[test]
fn an_owner_expands_to_its_name() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let row = sim.get(&format!("accounts({harbor})?$select=name&$expand=ownerid($select=name),owninguser($select=fullname)")).json();
    assert_eq!(
        (&row["ownerid"]["name"], &row["ownerid"]["ownerid"]),
        (&json!("Ada Park"), &json!(USER))
    );
    assert_eq!(row["owninguser"]["fullname"], "Ada Park");
}
