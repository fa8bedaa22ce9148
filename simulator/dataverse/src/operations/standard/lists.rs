//! AddMemberList, AddListMembersList, RemoveMemberList: who is on a marketing list.
//!
//! Layer: operations.

use bytes::Bytes;
use http::Method;
use serde_json::json;
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::declaration::{ANY, Parameter, ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call, Target};
use crate::rows::Cell;
use crate::schema::Table;

/// `createdfromcode` of a list, and the table of its members.
const MEMBERS: &[(i64, &str)] = &[(1, "account"), (2, "contact"), (4, "lead")];

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("AddMemberList", add_one)
            .on(&["list"])
            .takes("EntityId", ValueType::Guid)
            .gives(vec![Parameter::one("Id", ValueType::Guid)]),
        Operation::action("RemoveMemberList", remove)
            .on(&["list"])
            .takes("EntityId", ValueType::Guid),
        Operation::action("AddListMembersList", add_many)
            .takes("List", row("list"))
            .takes_many("Members", ANY),
    ]
}

fn add_one(call: &Call<'_>) -> Result<Answer, SimError> {
    let (lists, list) = call.row()?;
    let members = writable(call, lists, list)?;
    let id = call.arguments.required_guid("EntityId")?;
    // A member that is none is not found.
    call.draft(members, id)?;
    let link = add(call, list, &Target { table: members, id })?;
    count(call, lists, list)?;
    Ok(Answer::Members(json!({ "Id": link })))
}

fn add_many(call: &Call<'_>) -> Result<Answer, SimError> {
    let list = call.target("List")?;
    let members = writable(call, list.table, list.id)?;
    for member in call.targets("Members")? {
        if !member.is(&members.logical_name) {
            return Err(SimError::invalid_argument(format!(
                "The member type '{}' doesn't match the type '{}' of the list.",
                member.table.logical_name, members.logical_name
            )));
        }
        add(call, list.id, &member)?;
    }
    count(call, list.table, list.id)?;
    Ok(Answer::Nothing)
}

fn remove(call: &Call<'_>) -> Result<Answer, SimError> {
    let (lists, list) = call.row()?;
    let members = writable(call, lists, list)?;
    let id = call.arguments.required_guid("EntityId")?;
    if link(call, list, id)?.is_some() {
        let address = format!(
            "lists({list})/list{}_association({id})/$ref",
            members.logical_name
        );
        let headers = call.inherited_headers();
        call.send(Method::DELETE, &address, headers, Bytes::new())?;
        count(call, lists, list)?;
    }
    Ok(Answer::Nothing)
}

/// The table of a list's members, when its members can be changed by hand.
fn writable<'a>(call: &Call<'a>, lists: &Table, list: Uuid) -> Result<&'a Table, SimError> {
    let draft = call.draft(lists, list)?;
    if *draft.named(lists, "lockstatus") == Cell::Bool(true) {
        return Err(SimError::invalid_argument("The list is locked."));
    }
    if *draft.named(lists, "type") == Cell::Bool(true) {
        return Err(SimError::invalid_argument(
            "Members can't be added to or removed from a dynamic list.",
        ));
    }
    let known = MEMBERS
        .iter()
        .find(|(code, _)| *draft.named(lists, "createdfromcode") == Cell::Integer(*code));
    let (_, table) = known.ok_or_else(|| SimError::unexpected("a list of unknown members"))?;
    call.table(table)
}

fn link(call: &Call<'_>, list: Uuid, member: Uuid) -> Result<Option<Uuid>, SimError> {
    let links = call.table("listmember")?;
    let found = call.find(links, &[("listid", list), ("entityid", member)])?;
    Ok(found.first().copied())
}

/// Adds a member and tells the id of its link, also when it is there already.
fn add(call: &Call<'_>, list: Uuid, member: &Target<'_>) -> Result<Uuid, SimError> {
    if let Some(known) = link(call, list, member.id)? {
        return Ok(known);
    }
    call.insert(
        call.table("listmember")?,
        vec![
            ("listid", Cell::Guid(list)),
            ("entityid", Cell::Guid(member.id)),
            ("entitytype", Cell::Text(member.table.logical_name.clone())),
        ],
    )
}

fn count(call: &Call<'_>, lists: &Table, list: Uuid) -> Result<(), SimError> {
    let links = call.table("listmember")?;
    let members = call.find(links, &[("listid", list)])?.len();
    let members = i64::try_from(members).unwrap_or(i64::MAX);
    call.overwrite(lists, list, vec![("membercount", Cell::Integer(members))])
}
