//! AddMembersTeam, RemoveMembersTeam: who belongs to a team.
//!
//! Layer: operations.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::declaration::row;
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;

/// The relationship between teams and users.
const MEMBERSHIP: &str = "teammembership_association";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("AddMembersTeam", add)
            .on(&["team"])
            .takes_many("Members", row("systemuser")),
        Operation::action("RemoveMembersTeam", remove)
            .on(&["team"])
            .takes_many("Members", row("systemuser")),
    ]
}

fn add(call: &Call<'_>) -> Result<Answer, SimError> {
    let team = changeable(
        call,
        "0x8004830b",
        "Can't add members to the default business unit team.",
    )?;
    for user in call.targets("Members")? {
        // Adding a member again changes nothing.
        if !is_member(call, team, user.id)? {
            let body = json!({ "@odata.id": format!("systemusers({})", user.id) });
            let address = format!("teams({team})/{MEMBERSHIP}/$ref");
            let body = Bytes::from(body.to_string());
            call.send(Method::POST, &address, call.inherited_headers(), body)?;
        }
    }
    Ok(Answer::Nothing)
}

fn remove(call: &Call<'_>) -> Result<Answer, SimError> {
    let team = changeable(
        call,
        "0x8004830a",
        "Can't remove members from the default business unit team.",
    )?;
    for user in call.targets("Members")? {
        if is_member(call, team, user.id)? {
            let address = format!("teams({team})/{MEMBERSHIP}({})/$ref", user.id);
            let headers = call.inherited_headers();
            call.send(Method::DELETE, &address, headers, Bytes::new())?;
        }
    }
    Ok(Answer::Nothing)
}

/// The team, unless it is the one that all users of a business unit belong to.
fn changeable(call: &Call<'_>, code: &'static str, text: &'static str) -> Result<Uuid, SimError> {
    let (table, team) = call.row()?;
    match call.draft(table, team)?.named(table, "isdefault") {
        Cell::Bool(true) => Err(SimError::new(StatusCode::BAD_REQUEST, code, text)),
        _ => Ok(team),
    }
}

fn is_member(call: &Call<'_>, team: Uuid, user: Uuid) -> Result<bool, SimError> {
    let links = call.table("teammembership")?;
    let found = call.find(links, &[("teamid", team), ("systemuserid", user)])?;
    Ok(!found.is_empty())
}
