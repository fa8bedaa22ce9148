//! Assigning a row, and what goes to the new owner with it.

use super::*;

fn owner(sim: &Sim, set: &str, id: Uuid) -> Value {
    let url = format!("{set}({id})?$select=_ownerid_value,_owninguser_value,_owningteam_value");
    sim.get(&url).json()["_ownerid_value"].clone()
}

#[test]
fn an_assigned_row_takes_what_is_parental_along() {
    let sim = Sim::new();
    let people = business(&sim);
    let note = sim.create(
        "annotations",
        json!({"subject": "n", "objectid_task@odata.bind": format!("/tasks({})", people.task)}),
    );
    let patch = |url: &str, owner: String| {
        let answer = sim.patch(url, &[], json!({"ownerid@odata.bind": owner}));
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
    };
    patch(
        &format!("accounts({})", people.harbor),
        format!("/teams({TEAM})"),
    );
    assert_eq!(owner(&sim, "accounts", people.harbor), json!(TEAM));
    assert_eq!(
        owner(&sim, "tasks", people.task),
        json!(TEAM),
        "regarding is parental"
    );
    assert_eq!(owner(&sim, "annotations", note), json!(TEAM), "and so on");
    assert_eq!(
        owner(&sim, "contacts", people.ada),
        json!(USER),
        "a primary contact is not"
    );
    assert_eq!(owner(&sim, "accounts", people.north), json!(USER));
    patch(
        &format!("tasks({})", people.task),
        format!("/systemusers({OTHER_USER})"),
    );
    assert_eq!(owner(&sim, "annotations", note), json!(OTHER_USER));
    assert_eq!(
        owner(&sim, "accounts", people.harbor),
        json!(TEAM),
        "never upwards"
    );
}

#[test]
fn an_owner_can_be_put_like_any_other_lookup() {
    let sim = Sim::new();
    let people = business(&sim);
    let url = format!("accounts({})/ownerid/$ref", people.harbor);
    let body = json!({"@odata.id": format!("{ROOT}/teams({TEAM})")});
    let answer = sim.send(Method::PUT, &url, &[], &body.to_string());
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
    assert_eq!(owner(&sim, "tasks", people.task), json!(TEAM));
}

#[test]
fn a_circle_of_parents_ends() {
    let sim = Sim::new();
    let a = sim.create("contacts", json!({"lastname": "A"}));
    let b = sim.create(
        "contacts",
        json!({"lastname": "B", "parentcustomerid_contact@odata.bind": format!("/contacts({a})")}),
    );
    sim.patch(
        &format!("contacts({a})"),
        &[],
        json!({"parentcustomerid_contact@odata.bind": format!("/contacts({b})")}),
    );
    let answer = sim.patch(
        &format!("contacts({a})"),
        &[],
        json!({"ownerid@odata.bind": format!("/systemusers({OTHER_USER})")}),
    );
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.text());
    assert_eq!(owner(&sim, "contacts", b), json!(OTHER_USER));
}
