use super::*;

#[test]
fn a_create_answers_with_the_address_of_the_row() {
    let sim = Sim::new();
    let answer = sim.post("accounts", json!({"name": "Harbor Tools"}));
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert!(answer.text().is_empty());
    let address = answer.header("odata-entityid").unwrap();
    assert!(
        address.starts_with(&format!("{ROOT}/accounts(")),
        "{address}"
    );
    assert_eq!(answer.header("location"), Some(address));
}

#[test]
fn a_representation_comes_with_201_and_without_the_address() {
    let sim = Sim::new();
    let body = json!({"name": "Harbor Tools"}).to_string();
    let answer = sim.send(
        Method::POST,
        "accounts?$select=name",
        &[("prefer", "return=representation")],
        &body,
    );
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.header("odata-entityid"), None);
    assert_eq!(
        answer.header("preference-applied"),
        Some("return=representation")
    );
    let row = answer.json();
    assert_eq!(
        row["@odata.context"],
        format!("{ROOT}/$metadata#accounts(name)/$entity")
    );
    assert_eq!(row["@odata.etag"].as_str(), answer.header("etag"));
    assert_eq!(row["name"], "Harbor Tools");
    assert!(Uuid::try_parse(row["accountid"].as_str().unwrap()).is_ok());
    assert_eq!(row.as_object().unwrap().len(), 4, "{row}");
}

#[test]
fn a_new_row_gets_owner_state_dates_currency_and_defaults() {
    let sim = Sim::new();
    let id = sim.create("accounts", json!({"name": "Harbor Tools", "revenue": 12.5}));
    let row = sim.get(&format!("accounts({id})")).json();
    for (property, expected) in [
        ("_ownerid_value", json!(USER)),
        ("_owninguser_value", json!(USER)),
        ("_owningteam_value", Value::Null),
        ("_owningbusinessunit_value", json!(UNIT)),
        ("_createdby_value", json!(USER)),
        ("_createdonbehalfby_value", Value::Null),
        ("createdon", json!("2026-03-25T17:42:47Z")),
        ("modifiedon", json!("2026-03-25T17:42:47Z")),
        ("statecode", json!(0)),
        ("statuscode", json!(1)),
        ("donotemail", json!(false)),
    ] {
        assert_eq!(row[property], expected, "{property}");
    }
    for (property, amount) in [
        ("revenue", 12.5),
        ("revenue_base", 12.5),
        ("exchangerate", 1.0),
    ] {
        assert_eq!(row[property].as_f64(), Some(amount), "{property}");
    }
    assert!(row["_transactioncurrencyid_value"].is_string());
}

#[test]
fn amounts_are_restated_in_the_base_currency() {
    let sim = Sim::new();
    let id = sim.create(
        "accounts",
        json!({"name": "Seine", "revenue": 100, "transactioncurrencyid@odata.bind": format!("/transactioncurrencies({EURO})")}),
    );
    let answer = sim.get(&format!("accounts({id})?$select=revenue,revenue_base"));
    assert!(
        answer.text().contains("\"revenue\":100.0000"),
        "{}",
        answer.text()
    );
    assert!(
        answer.text().contains("\"revenue_base\":200.0000"),
        "{}",
        answer.text()
    );
}

#[test]
fn a_client_chooses_the_id_once() {
    let sim = Sim::new();
    let id = Uuid::from_u128(7);
    assert_eq!(
        sim.create("accounts", json!({"accountid": id, "name": "A"})),
        id
    );
    assert_eq!(
        sim.post("accounts", json!({"accountid": id, "name": "B"}))
            .refusal(),
        (
            412,
            "0x80040237".to_owned(),
            "A record with matching key values already exists.".to_owned()
        )
    );
}

#[test]
fn names_and_addresses_are_composed() {
    let sim = Sim::new();
    let id = sim.create(
        "contacts",
        json!({
            "firstname": "Ada", "lastname": "Lind", "address1_line1": "1 Quay", "address1_city": "Oslo",
            "address1_postalcode": "0150", "address1_country": "Norway",
        }),
    );
    let url = format!("contacts({id})?$select=fullname,address1_city");
    let row = sim.get(&url).json();
    assert_eq!(row["fullname"], "Ada Lind");
    assert_eq!(row["address1_composite"], "1 Quay\r\nOslo, 0150\r\nNorway");
    sim.patch(
        &format!("contacts({id})"),
        &[],
        json!({"lastname": "Berg", "address1_line1": null}),
    );
    let row = sim.get(&url).json();
    assert_eq!(row["fullname"], "Ada Berg");
    assert_eq!(row["address1_composite"], "Oslo, 0150\r\nNorway");
}

#[test]
fn every_spelling_of_a_bind_sets_the_lookup() {
    let sim = Sim::new();
    let account = sim.create(
        "accounts",
        json!({"name": "Harbor Tools", "accountnumber": "A/1 'x'"}),
    );
    for address in [
        format!("/accounts({account})"),
        format!("accounts({account})"),
        format!("{ROOT}/accounts({account})"),
        format!("/api/data/v9.2/accounts({account})"),
        "/accounts(accountnumber='A%2F1%20''x''')".to_owned(),
        format!("/accounts({})", account.to_string().to_uppercase()),
    ] {
        let id = sim.create(
            "contacts",
            json!({"lastname": "L", "parentcustomerid_account@odata.bind": address}),
        );
        let answer = sim.get_with(
            &format!("contacts({id})?$select=_parentcustomerid_value"),
            "odata.include-annotations=\"Microsoft.Dynamics.CRM.*\"",
        );
        let row = answer.json();
        assert_eq!(row["_parentcustomerid_value"], json!(account), "{address}");
        assert_eq!(
            row["_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"],
            "account"
        );
        assert_eq!(
            row["_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"],
            "parentcustomerid_account"
        );
    }
}

#[test]
fn an_owner_may_be_a_user_or_a_team() {
    let sim = Sim::new();
    let id = sim.create(
        "accounts",
        json!({"name": "A", "ownerid@odata.bind": format!("/teams({TEAM})")}),
    );
    let url = format!("accounts({id})?$select=_ownerid_value,_owningteam_value,_owninguser_value");
    let row = sim.get(&url).json();
    assert_eq!(
        (&row["_ownerid_value"], &row["_owningteam_value"]),
        (&json!(TEAM), &json!(TEAM))
    );
    assert_eq!(row["_owninguser_value"], Value::Null);
    let bind = json!({"ownerid@odata.bind": format!("/systemusers({OTHER_USER})")});
    assert_eq!(
        sim.patch(&format!("accounts({id})"), &[], bind).status(),
        StatusCode::NO_CONTENT
    );
    let row = sim.get(&url).json();
    assert_eq!(
        (&row["_owninguser_value"], &row["_owningteam_value"]),
        (&json!(OTHER_USER), &Value::Null)
    );
}

#[test]
fn related_rows_are_made_with_their_parent_or_not_at_all() {
    let sim = Sim::new();
    let body = json!({
        "name": "Harbor Tools",
        "primarycontactid": {"firstname": "Ada", "lastname": "Lind"},
        "Account_Tasks": [{"subject": "One"}, {"subject": "Two"}],
    });
    let id = sim.create("accounts", body);
    let row = sim
        .get(&format!(
            "accounts({id})?$select=name&$expand=primarycontactid($select=fullname)"
        ))
        .json();
    assert_eq!(row["primarycontactid"]["fullname"], "Ada Lind");
    let url = format!("accounts({id})/Account_Tasks?$select=subject&$orderby=subject");
    assert_eq!(sim.list(&url, "subject"), [json!("One"), json!("Two")]);

    let broken =
        json!({"name": "B", "Account_Tasks": [{"subject": "Fine"}, {"subject": "x".repeat(201)}]});
    assert_eq!(
        sim.post("accounts", broken).status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        sim.list("accounts?$select=name", "name"),
        [json!("Harbor Tools")]
    );
    assert_eq!(sim.get("tasks/$count").text(), "\u{feff}2");
}

#[test]
fn an_impersonated_create_names_both_users() {
    let mut sim = Sim::new();
    sim.caller = Caller {
        user_id: OTHER_USER,
        business_unit_id: UNIT,
        on_behalf_of: Some(USER),
    };
    let id = sim.create("accounts", json!({"name": "A"}));
    let row = sim
        .get(&format!(
            "accounts({id})?$select=_createdby_value,_createdonbehalfby_value,_ownerid_value"
        ))
        .json();
    assert_eq!(row["_createdby_value"], json!(OTHER_USER));
    assert_eq!(row["_createdonbehalfby_value"], json!(USER));
    assert_eq!(row["_ownerid_value"], json!(OTHER_USER));
}

#[test]
fn a_create_can_be_dated_back() {
    let sim = Sim::new();
    let id = sim.create(
        "accounts",
        json!({"name": "A", "overriddencreatedon": "2020-01-02T03:04:05Z"}),
    );
    assert_eq!(
        sim.get(&format!("accounts({id})?$select=createdon")).json()["createdon"],
        "2020-01-02T03:04:05Z"
    );
    assert_eq!(
        sim.get(&format!("accounts({id})?$select=overriddencreatedon"))
            .json()["overriddencreatedon"],
        "2026-03-25T17:42:47Z",
        "the moment of the import"
    );
}

#[test]
fn only_some_tables_take_a_state_from_a_create() {
    let sim = Sim::new();
    for (set, body, expected) in [
        ("accounts", json!({"name": "A", "statecode": 1}), json!(1)),
        (
            "contacts",
            json!({"lastname": "B", "statecode": 1}),
            json!(0),
        ),
        ("tasks", json!({"subject": "C", "statecode": 1}), json!(0)),
    ] {
        let id = sim.create(set, body);
        let row = sim.get(&format!("{set}({id})?$select=statecode")).json();
        assert_eq!(row["statecode"], expected, "{set}");
    }
    let refusal = sim
        .post("contacts", json!({"lastname": "D", "statuscode": 2}))
        .refusal();
    assert_eq!((refusal.0, refusal.1.as_str()), (400, "0x80048408"));
}

#[test]
fn what_cannot_be_written_is_passed_over_whether_it_is_a_value_or_a_lookup() {
    let sim = Sim::new();
    let other = format!("/systemusers({OTHER_USER})");
    let foreign = json!({
        "createdby@odata.bind": other, "createdonbehalfby@odata.bind": other, "versionnumber": 1,
    });
    let mut body = foreign.clone();
    body["name"] = json!("A");
    let id = sim.create("accounts", body);
    let url = format!("accounts({id})?$select=_createdby_value,_createdonbehalfby_value");
    let expected = [json!(USER), json!(null)];
    let seen = || {
        let row = sim.get(&url).json();
        [
            row["_createdby_value"].clone(),
            row["_createdonbehalfby_value"].clone(),
        ]
    };
    assert_eq!(seen(), expected);
    let changed = sim.patch(&format!("accounts({id})"), &[], foreign);
    assert_eq!(
        changed.status(),
        StatusCode::NO_CONTENT,
        "{}",
        changed.text()
    );
    assert_eq!(seen(), expected);
}

#[test]
fn rows_that_the_service_makes_itself_are_not_created() {
    let sim = Sim::new();
    for (set, table) in [
        ("activityparties", "activityparty"),
        ("privileges", "privilege"),
        ("sdkmessagefilters", "sdkmessagefilter"),
    ] {
        let text = format!(
            "The 'Create' method does not support entities of type '{table}'. MessageProcessorCache returned \
             MessageProcessor.Empty."
        );
        let refusal = sim.post(set, json!({"participationtypemask": 2})).refusal();
        assert_eq!(refusal, (400, "0x80040800".to_owned(), text), "{set}");
    }
}

#[test]
fn control_characters_are_no_text() {
    let sim = Sim::new();
    for (character, shown) in [("\u{0}", "0x00"), ("\u{1}", "0x01"), ("\u{b}", "0x0B")] {
        let refusal = sim
            .post("accounts", json!({"name": format!("A{character}")}))
            .refusal();
        let text = format!(
            "Invalid character in field 'name': '{character}', hexadecimal value {shown}, is an invalid character."
        );
        assert_eq!(refusal, (400, "0x80040278".to_owned(), text));
    }
    sim.create("accounts", json!({"name": "A\tB", "description": "1\r\n2"}));
}
