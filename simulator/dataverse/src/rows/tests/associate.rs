use super::*;

fn reference(sim: &Sim, method: Method, url: &str, address: &str) -> Answer {
    sim.send(method, url, &[], &json!({"@odata.id": address}).to_string())
}

#[test]
fn lookups_are_set_and_cleared_by_reference() {
    let sim = Sim::new();
    let Business { north, ada, .. } = business(&sim);
    let url = format!("accounts({north})/primarycontactid/$ref");
    assert_eq!(
        reference(&sim, Method::PUT, &url, &format!("{ROOT}/contacts({ada})")).status(),
        StatusCode::NO_CONTENT
    );
    let value = |sim: &Sim| {
        sim.get(&format!(
            "accounts({north})?$select=_primarycontactid_value"
        ))
        .json()["_primarycontactid_value"]
            .clone()
    };
    assert_eq!(value(&sim), json!(ada));
    assert_eq!(sim.delete(&url).status(), StatusCode::NO_CONTENT);
    assert_eq!(value(&sim), Value::Null);
}

#[test]
fn rows_join_and_leave_collections() {
    let sim = Sim::new();
    let Business {
        harbor,
        north,
        task,
        ..
    } = business(&sim);
    let north_tasks = format!("accounts({north})/Account_Tasks");
    assert_eq!(
        reference(
            &sim,
            Method::POST,
            &format!("{north_tasks}/$ref"),
            &format!("tasks({task})")
        )
        .status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        sim.get(&format!("{north_tasks}/$count")).text(),
        "\u{feff}1"
    );
    assert_eq!(
        sim.get(&format!("accounts({harbor})/Account_Tasks/$count"))
            .text(),
        "\u{feff}0"
    );
    // A row that is not there cannot leave.
    assert_eq!(
        sim.delete(&format!("accounts({harbor})/Account_Tasks({task})/$ref"))
            .status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        sim.delete(&format!("{north_tasks}({task})/$ref")).status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        sim.get(&format!("{north_tasks}/$count")).text(),
        "\u{feff}0"
    );
}

#[test]
fn many_to_many_links_exist_once() {
    let sim = Sim::new();
    let url = format!("systemusers({USER})/teammembership_association/$ref");
    let address = format!("{ROOT}/teams({TEAM})");
    assert_eq!(
        reference(&sim, Method::POST, &url, &address).status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        reference(&sim, Method::POST, &url, &address).refusal(),
        (
            412,
            "0x80040237".to_owned(),
            "A record with matching key values already exists.".to_owned()
        )
    );
    let by_id = format!("{url}?$id={address}");
    assert_eq!(sim.delete(&by_id).status(), StatusCode::NO_CONTENT);
    assert_eq!(sim.delete(&by_id).status(), StatusCode::NOT_FOUND);
}

#[test]
fn references_to_nothing_or_to_the_wrong_table_are_refused() {
    let sim = Sim::new();
    let Business { harbor, north, .. } = business(&sim);
    let url = format!("accounts({north})/primarycontactid/$ref");
    let absent = Uuid::from_u128(9);
    assert_eq!(
        reference(&sim, Method::PUT, &url, &format!("contacts({absent})")).status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        reference(&sim, Method::PUT, &url, &format!("accounts({harbor})")).status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        reference(&sim, Method::PUT, &url, "nosuch(1)").status(),
        StatusCode::BAD_REQUEST
    );
}

#[test]
fn a_row_can_be_made_inside_a_collection() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let answer = sim.post(
        &format!("accounts({harbor})/contact_customer_accounts"),
        json!({"lastname": "New"}),
    );
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
    assert!(
        answer
            .header("odata-entityid")
            .unwrap()
            .contains("/contacts(")
    );
    let names = sim.list(
        &format!("accounts({harbor})/contact_customer_accounts?$orderby=lastname"),
        "lastname",
    );
    assert_eq!(names, ["New", "Noone"]);
    let nobody = Uuid::from_u128(1);
    let answer = sim.post(
        &format!("accounts({nobody})/contact_customer_accounts"),
        json!({"lastname": "x"}),
    );
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[test]
fn what_a_lookup_leads_to_is_only_read_through_it() {
    let sim = Sim::new();
    let Business { harbor, ada, .. } = business(&sim);
    let url = format!("accounts({harbor})/primarycontactid");
    for method in [Method::DELETE, Method::PATCH, Method::PUT, Method::POST] {
        let answer = sim.send(method.clone(), &url, &[], r#"{"lastname":"x"}"#);
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    assert_eq!(sim.get(&url).json()["lastname"], "Lind");
    assert_eq!(
        sim.get(&format!("contacts({ada})")).status(),
        StatusCode::OK
    );
}
