//! Duplicate detection by rules that are rows.

use super::*;

/// Publishes a rule over columns of one table, each with an operator and its parameter.
fn rule(sim: &Sim, rule: Value, conditions: &[(&str, i32, Option<i32>)]) -> Uuid {
    let id = sim.create("duplicaterules", rule);
    for (column, operator, parameter) in conditions {
        sim.create(
            "duplicateruleconditions",
            json!({
                "baseattributename": column, "matchingattributename": column, "operatorcode": operator,
                "operatorparam": parameter, "ignoreblankvalues": true,
                "regardingobjectid@odata.bind": format!("/duplicaterules({id})"),
            }),
        );
    }
    publish(sim, id, true);
    id
}

fn publish(sim: &Sim, rule: Uuid, published: bool) {
    let state = i32::from(published);
    let answer = sim.patch(
        &format!("duplicaterules({rule})"),
        &[],
        json!({"statecode": state, "statuscode": state * 2}),
    );
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
}

fn accounts(name: &str) -> Value {
    json!({"name": name, "baseentityname": "account", "matchingentityname": "account"})
}

const DETECT: (&str, &str) = ("mscrm.suppressduplicatedetection", "false");

#[test]
fn detection_is_asked_for_and_follows_the_published_rules() {
    let sim = Sim::new();
    let harbor = json!({"name": "Harbor"});
    sim.create("accounts", harbor.clone());
    let post = |headers: &[(&str, &str)], body: &Value| {
        sim.send(Method::POST, "accounts", headers, &body.to_string())
    };
    assert_eq!(
        post(&[DETECT], &harbor).status(),
        StatusCode::NO_CONTENT,
        "no rule yet"
    );
    let id = rule(&sim, accounts("same name"), &[("name", 0, None)]);
    assert_eq!(post(&[], &harbor).status(), StatusCode::NO_CONTENT);
    assert_eq!(
        post(&[("mscrm.suppressduplicatedetection", "true")], &harbor).status(),
        StatusCode::NO_CONTENT
    );
    let (status, code, message) = post(&[DETECT], &json!({"name": "HARBOR"})).refusal();
    assert_eq!((status, code.as_str()), (412, "0x80040333"));
    assert_eq!(
        message,
        "A record was not created or updated because a duplicate of the current record already exists."
    );
    assert_eq!(
        post(&[DETECT], &json!({"name": "Other"})).status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        post(&[DETECT], &json!({})).status(),
        StatusCode::NO_CONTENT,
        "blank is ignored"
    );
    publish(&sim, id, false);
    assert_eq!(
        post(&[DETECT], &harbor).status(),
        StatusCode::NO_CONTENT,
        "unpublished"
    );
}

#[test]
fn an_update_is_checked_when_it_changes_what_a_rule_looks_at() {
    let sim = Sim::new();
    sim.create("accounts", json!({"name": "A"}));
    let second = sim.create("accounts", json!({"name": "B", "telephone1": "1"}));
    rule(&sim, accounts("same name"), &[("name", 0, None)]);
    let patch = |body: Value| {
        sim.patch(&format!("accounts({second})"), &[DETECT], body)
            .status()
    };
    assert_eq!(patch(json!({"name": "A"})), StatusCode::PRECONDITION_FAILED);
    assert_eq!(
        patch(json!({"name": "B"})),
        StatusCode::NO_CONTENT,
        "it is no duplicate of itself"
    );
    assert_eq!(patch(json!({"telephone1": "2"})), StatusCode::NO_CONTENT);
}

#[test]
fn conditions_compare_as_their_operators_say() {
    for (operator, parameter, known, other, same) in [
        (0, None, "Harbor Tools", "harbor tools", true),
        (0, None, "Harbor Tools", "Harbor", false),
        (1, Some(6), "Harbor Tools", "Harbor Ltd", true),
        (1, Some(8), "Harbor Tools", "Harbor Ltd", false),
        (2, Some(5), "Harbor Tools", "North TOOLS", true),
        (2, Some(6), "Harbor Tools", "NorthTools", false),
    ] {
        let sim = Sim::new();
        sim.create("accounts", json!({"name": known}));
        rule(&sim, accounts("x"), &[("name", operator, parameter)]);
        let answer = sim.send(
            Method::POST,
            "accounts",
            &[DETECT],
            &json!({"name": other}).to_string(),
        );
        let expected = if same {
            StatusCode::PRECONDITION_FAILED
        } else {
            StatusCode::NO_CONTENT
        };
        assert_eq!(answer.status(), expected, "{operator} {known} {other}");
    }
}

#[test]
fn all_conditions_must_hold_and_rules_may_leave_out_inactive_rows_and_mind_the_case() {
    let sim = Sim::new();
    let post = |set: &str, body: Value| {
        sim.send(Method::POST, set, &[DETECT], &body.to_string())
            .status()
    };
    rule(
        &sim,
        json!({"name": "x", "baseentityname": "contact", "matchingentityname": "contact", "iscasesensitive": true}),
        &[("firstname", 0, None), ("lastname", 0, None)],
    );
    sim.create("contacts", json!({"firstname": "Ada", "lastname": "Lind"}));
    assert_eq!(
        post("contacts", json!({"firstname": "Ada", "lastname": "Okoro"})),
        204
    );
    assert_eq!(
        post("contacts", json!({"firstname": "ADA", "lastname": "Lind"})),
        204
    );
    assert_eq!(
        post("contacts", json!({"firstname": "Ada", "lastname": "Lind"})),
        412
    );
    let active = json!({
        "name": "x", "baseentityname": "account", "matchingentityname": "account", "excludeinactiverecords": true
    });
    rule(&sim, active, &[("name", 0, None)]);
    let gone = sim.create("accounts", json!({"name": "A"}));
    sim.patch(&format!("accounts({gone})"), &[], json!({"statecode": 1}));
    assert_eq!(post("accounts", json!({"name": "A"})), 204);
    assert_eq!(post("accounts", json!({"name": "A"})), 412);
}

#[test]
fn a_rule_may_match_rows_of_another_table() {
    let sim = Sim::new();
    let id = sim.create(
        "duplicaterules",
        json!({"name": "x", "baseentityname": "lead", "matchingentityname": "contact"}),
    );
    sim.create(
        "duplicateruleconditions",
        json!({
            "baseattributename": "emailaddress1", "matchingattributename": "emailaddress2", "operatorcode": 0,
            "regardingobjectid@odata.bind": format!("/duplicaterules({id})"),
        }),
    );
    publish(&sim, id, true);
    sim.create(
        "contacts",
        json!({"lastname": "A", "emailaddress2": "a@x.example"}),
    );
    let post = |body: Value| {
        sim.send(Method::POST, "leads", &[DETECT], &body.to_string())
            .status()
    };
    assert_eq!(post(json!({"emailaddress1": "a@x.example"})), 412);
    assert_eq!(post(json!({"emailaddress1": "b@x.example"})), 204);
    assert_eq!(
        post(json!({"emailaddress1": null})),
        204,
        "the contact has an address"
    );
    sim.create("contacts", json!({"lastname": "B"}));
    assert_eq!(
        post(json!({"emailaddress1": null})),
        412,
        "blanks are not ignored by this rule"
    );
}
