use super::*;

const ABSENT: Uuid = Uuid::from_u128(0xdead);

#[test]
fn the_headers_decide_between_update_create_and_refusal() {
    let not_found = (
        404,
        "0x80040217",
        format!("account With Id = {ABSENT} Does Not Exist"),
    );
    let exists = (
        412,
        "0x80040237",
        "A record with matching key values already exists.".to_owned(),
    );
    let stale = (
        412,
        "0x80060882",
        "The version of the existing record doesn't match the RowVersion property provided."
            .to_owned(),
    );
    // Headers, then the outcome where the row exists and where it does not; `None` is success.
    for (headers, present, absent) in [
        (vec![], None, None),
        (vec![("if-match", "*")], None, Some(not_found.clone())),
        (
            vec![("if-match", "W/\"current\"")],
            None,
            Some(not_found.clone()),
        ),
        (vec![("if-match", "W/\"1\"")], Some(stale), Some(not_found)),
        (vec![("if-none-match", "*")], Some(exists), None),
        (vec![("if-none-match", "null")], None, None),
    ] {
        for (is_present, expected) in [(true, present), (false, absent)] {
            let sim = Sim::new();
            let id = if is_present {
                sim.create("accounts", json!({"name": "Before"}))
            } else {
                ABSENT
            };
            let etag = sim
                .get(&format!("accounts({id})"))
                .header("etag")
                .unwrap_or("W/\"5\"")
                .to_owned();
            let headers: Vec<_> = headers
                .iter()
                .map(|(name, value)| {
                    (
                        *name,
                        if value.contains("current") {
                            etag.as_str()
                        } else {
                            *value
                        },
                    )
                })
                .collect();
            let answer = sim.patch(
                &format!("accounts({id})"),
                &headers,
                json!({"name": "After"}),
            );
            match expected {
                None => {
                    assert_eq!(
                        answer.status(),
                        StatusCode::NO_CONTENT,
                        "{headers:?} {is_present}: {}",
                        answer.text()
                    );
                    assert_eq!(
                        answer.header("odata-entityid"),
                        Some(format!("{ROOT}/accounts({id})").as_str())
                    );
                    assert_eq!(
                        sim.get(&format!("accounts({id})?$select=name")).json()["name"],
                        "After"
                    );
                }
                Some((status, code, message)) => {
                    assert_eq!(
                        answer.refusal(),
                        (status, code.to_owned(), message),
                        "{headers:?} {is_present}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_representation_tells_update_from_create() {
    let sim = Sim::new();
    let prefer = [("prefer", "return=representation")];
    let url = format!("accounts({ABSENT})?$select=name");
    let made = sim.patch(&url, &prefer, json!({"name": "A"}));
    assert_eq!(
        (made.status(), made.json()["name"].clone()),
        (StatusCode::CREATED, json!("A"))
    );
    let changed = sim.patch(&url, &prefer, json!({"name": "B"}));
    assert_eq!(
        (changed.status(), changed.json()["name"].clone()),
        (StatusCode::OK, json!("B"))
    );
    assert_ne!(made.header("etag"), changed.header("etag"));
}

#[test]
fn an_upsert_by_alternate_key_takes_the_key_from_the_url() {
    let sim = Sim::new();
    let url = "accounts(accountnumber='A%20%26%201')";
    let made = sim.patch(url, &[], json!({"name": "First"}));
    assert_eq!(
        made.header("odata-entityid"),
        Some(format!("{ROOT}/{url}").as_str())
    );
    let row = sim.get(&format!("{url}?$select=name,accountnumber")).json();
    assert_eq!(
        (&row["name"], &row["accountnumber"]),
        (&json!("First"), &json!("A & 1"))
    );
    // On update, what the key says is dropped from the body.
    sim.patch(url, &[], json!({"name": "Second", "accountnumber": "Z"}));
    let row = sim.get(&format!("{url}?$select=name,accountnumber")).json();
    assert_eq!(
        (&row["name"], &row["accountnumber"]),
        (&json!("Second"), &json!("A & 1"))
    );
    // On create, a different value in the body wins.
    sim.patch(
        "accounts(accountnumber='B')",
        &[],
        json!({"name": "Third", "accountnumber": "C"}),
    );
    assert_eq!(
        sim.get("accounts(accountnumber='B')").status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        sim.get("accounts(accountnumber='C')?$select=name").json()["name"],
        "Third"
    );
}

#[test]
fn null_clears_values_and_lookups() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let url = format!("accounts({harbor})");
    for clear in [
        json!({"revenue": null, "primarycontactid": null}),
        json!({"primarycontactid@odata.bind": null}),
    ] {
        assert_eq!(sim.patch(&url, &[], clear).status(), StatusCode::NO_CONTENT);
    }
    let row = sim
        .get(&format!(
            "{url}?$select=revenue,revenue_base,_primarycontactid_value"
        ))
        .json();
    for property in ["revenue", "revenue_base", "_primarycontactid_value"] {
        assert_eq!(row[property], Value::Null, "{property}");
    }
}

#[test]
fn setting_one_target_of_a_lookup_clears_the_others() {
    let sim = Sim::new();
    let Business { harbor, ada, .. } = business(&sim);
    let id = sim.create("contacts", json!({"lastname": "L", "parentcustomerid_account@odata.bind": format!("accounts({harbor})")}));
    let both = json!({
        "parentcustomerid_contact@odata.bind": format!("contacts({ada})"), "parentcustomerid_account": null,
    });
    assert_eq!(
        sim.patch(&format!("contacts({id})"), &[], both).status(),
        StatusCode::NO_CONTENT
    );
    let row = sim.get(&format!("contacts({id})?$expand=parentcustomerid_account,parentcustomerid_contact($select=fullname)")).json();
    assert_eq!(row["_parentcustomerid_value"], json!(ada));
    assert_eq!(row["parentcustomerid_account"], Value::Null);
    assert_eq!(row["parentcustomerid_contact"]["fullname"], "Ada Lind");
}

#[test]
fn state_and_status_follow_each_other() {
    let sim = Sim::new();
    let id = sim.create("leads", json!({"lastname": "L", "subject": "S"}));
    let url = format!("leads({id})");
    let states = |sim: &Sim| {
        let row = sim
            .get(&format!("{url}?$select=statecode,statuscode"))
            .json();
        (
            row["statecode"].as_i64().unwrap(),
            row["statuscode"].as_i64().unwrap(),
        )
    };
    assert_eq!(
        sim.patch(&url, &[], json!({"statecode": 1})).status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(states(&sim), (1, 3));
    assert_eq!(
        sim.patch(&url, &[], json!({"statuscode": 4})).status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(states(&sim), (2, 4));
    let refused = sim
        .patch(&url, &[], json!({"statecode": 0, "statuscode": 4}))
        .refusal();
    assert_eq!((refused.0, refused.1.as_str()), (400, "0x80048408"));
    assert!(
        refused
            .2
            .starts_with("4 is not a valid status code for state code Open on lead with Id"),
        "{}",
        refused.2
    );
}

#[test]
fn every_write_makes_a_new_version_and_says_who_and_when() {
    let mut sim = Sim::new();
    let id = sim.create("accounts", json!({"name": "A"}));
    let url = format!("accounts({id})?$select=versionnumber,modifiedon,_modifiedby_value");
    let before = sim.get(&url).json();
    sim.now = datetime!(2026-04-01 0:00 UTC);
    sim.caller.user_id = OTHER_USER;
    sim.patch(
        &format!("accounts({id})"),
        &[],
        json!({"name": "A", "createdon": "2000-01-01T00:00:00Z"}),
    );
    let after = sim.get(&url).json();
    assert!(after["versionnumber"].as_i64() > before["versionnumber"].as_i64());
    assert_eq!(
        after["@odata.etag"],
        format!("W/\"{}\"", after["versionnumber"])
    );
    assert_eq!(
        (&after["modifiedon"], &after["_modifiedby_value"]),
        (&json!("2026-04-01T00:00:00Z"), &json!(OTHER_USER))
    );
    assert_eq!(
        sim.get(&format!("accounts({id})")).json()["createdon"],
        "2026-03-25T17:42:47Z",
        "read-only columns are ignored"
    );
}

#[test]
fn a_single_property_can_be_put_and_deleted() {
    let sim = Sim::new();
    let id = sim.create("accounts", json!({"name": "A", "description": "D"}));
    let put = sim.send(
        Method::PUT,
        &format!("accounts({id})/name"),
        &[],
        "{\"value\":\"B\"}",
    );
    assert_eq!(put.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        sim.delete(&format!("accounts({id})/description")).status(),
        StatusCode::NO_CONTENT
    );
    let row = sim
        .get(&format!("accounts({id})?$select=name,description"))
        .json();
    assert_eq!(
        (&row["name"], &row["description"]),
        (&json!("B"), &Value::Null)
    );
}

#[test]
fn a_hierarchy_may_not_become_a_loop() {
    let sim = Sim::new();
    let top = sim.create("accounts", json!({"name": "Top"}));
    let below = sim.create(
        "accounts",
        json!({"name": "Below", "parentaccountid@odata.bind": format!("accounts({top})")}),
    );
    let refused = sim.patch(
        &format!("accounts({top})"),
        &[],
        json!({"parentaccountid@odata.bind": format!("accounts({below})")}),
    );
    assert_eq!(refused.refusal().1, "0x80040387");
}
