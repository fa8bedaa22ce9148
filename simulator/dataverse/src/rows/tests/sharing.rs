//! What goes down the hierarchy besides owners: shares, and what is inherited from above.

use super::*;
use crate::rows::write::sharing::{self, Change, Principal};

const READ: i64 = 1;
/// What the owner of a row may do with the rows below it, marked as inherited.
const OF_OWNER: i64 = 135_069_719;
const MARK: i64 = 134_217_728;

fn masks(sim: &Sim, principal: Uuid, object: Uuid) -> (i64, i64) {
    let database = sim.organisation.rows.database();
    database
        .read(|connection| sharing::masks(connection, principal, object))
        .unwrap()
}

fn share(sim: &Sim, id: Uuid, change: Change) {
    let context = OrgContext {
        organisation: &sim.organisation,
        schema: sim.organisation.schema(),
        caller: sim.caller,
        service_root: ROOT.to_owned(),
        now: sim.now,
    };
    let principal = Principal {
        table: "systemuser".to_owned(),
        id: OTHER_USER,
    };
    let table = context.schema.table("account").unwrap();
    let database = sim.organisation.rows.database();
    database
        .write(|write| {
            let own = match change {
                Change::Grant(rights) | Change::Modify(rights) => rights,
                Change::Revoke => 0,
            };
            sharing::keep(&context, write, table, id, &principal, (own, 0))?;
            sharing::cascade(&context, write, table, id, &principal, change)
        })
        .unwrap();
}

#[test]
fn shares_go_down_parental_relationships_and_end_there_too() {
    let sim = Sim::new();
    let people = business(&sim);
    let note = sim.create(
        "annotations",
        json!({"subject": "n", "objectid_task@odata.bind": format!("/tasks({})", people.task)}),
    );
    share(&sim, people.harbor, Change::Grant(READ));
    for (name, id) in [("task", people.task), ("note of the task", note)] {
        assert_eq!(masks(&sim, OTHER_USER, id), (0, READ | MARK), "{name}");
    }
    let apart = (people.plain, people.ada);
    assert_eq!(masks(&sim, OTHER_USER, apart.0), (0, 0));
    assert_eq!(masks(&sim, OTHER_USER, apart.1), (0, 0), "no parental way");
    share(&sim, people.harbor, Change::Modify(READ | 2));
    assert_eq!(masks(&sim, OTHER_USER, note), (0, READ | 2 | MARK));
    share(&sim, people.harbor, Change::Revoke);
    assert_eq!(masks(&sim, OTHER_USER, people.task), (0, 0));
    assert_eq!(
        sim.get("principalobjectaccessset").json()["value"],
        json!([]),
        "a share without rights is none"
    );
}

#[test]
fn what_is_put_below_a_row_is_open_to_those_who_may_see_that() {
    let sim = Sim::new();
    let people = business(&sim);
    share(&sim, people.harbor, Change::Grant(READ));
    let url = format!("accounts({})", people.north);
    let owner = json!({"ownerid@odata.bind": format!("/systemusers({OTHER_USER})")});
    sim.patch(&url, &[], owner);
    let about = |account: Uuid| json!({"regardingobjectid_account_task@odata.bind": format!("/accounts({account})")});
    let mut body = about(people.harbor);
    body["subject"] = json!("new");
    let task = sim.create("tasks", body);
    assert_eq!(
        masks(&sim, OTHER_USER, task),
        (0, READ | MARK),
        "created below"
    );
    let url = format!("tasks({task})");
    sim.patch(&url, &[], about(people.north));
    assert_eq!(
        masks(&sim, OTHER_USER, task),
        (0, OF_OWNER),
        "its owner sees it"
    );
    sim.patch(&url, &[], about(people.plain));
    assert_eq!(masks(&sim, OTHER_USER, task), (0, 0), "moved away");
    sim.patch(&url, &[], about(people.north));
    let back = json!({"ownerid@odata.bind": format!("/systemusers({USER})")});
    sim.patch(&format!("accounts({})", people.north), &[], back);
    assert_eq!(masks(&sim, OTHER_USER, task), (0, 0), "the owner changed");
    sim.patch(&url, &[], about(people.harbor));
    assert_eq!(sim.delete(&url).status(), StatusCode::NO_CONTENT);
    assert_eq!(masks(&sim, OTHER_USER, task), (0, 0), "deleted");
}

#[test]
fn ties_by_reference_hand_rights_down_as_well() {
    let sim = Sim::new();
    let people = business(&sim);
    share(&sim, people.harbor, Change::Grant(READ));
    let task = sim.create("tasks", json!({"subject": "loose"}));
    let url = format!("accounts({})/Account_Tasks/$ref", people.harbor);
    let body = json!({"@odata.id": format!("tasks({task})")});
    assert_eq!(sim.post(&url, body).status(), StatusCode::NO_CONTENT);
    assert_eq!(masks(&sim, OTHER_USER, task), (0, READ | MARK));
    let url = format!("accounts({})/Account_Tasks({task})/$ref", people.harbor);
    assert_eq!(sim.delete(&url).status(), StatusCode::NO_CONTENT);
    assert_eq!(masks(&sim, OTHER_USER, task), (0, 0));
}
