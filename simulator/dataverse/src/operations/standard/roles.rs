//! What roles bring and users have: AddPrivilegesRole and its kin, RetrieveUserPrivileges.
//!
//! Layer: operations. What is added to a role is a row of `roleprivileges`; [`security`](crate::security) works with it.

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::arguments::{members, required};
use crate::operations::declaration::{Parameter, ValueType, object, row};
use crate::operations::operation::Operation;
use crate::operations::reference::text;
use crate::operations::{Answer, Call};
use crate::rows::Cell;
use crate::security::{Depth, Rights, privilege_id, privileges};

/// Where a role's privileges are kept.
const KEPT: &str = "roleprivileges";

pub(super) fn operations() -> Vec<Operation> {
    let listed = || vec![Parameter::many("RolePrivileges", object("RolePrivilege"))];
    vec![
        Operation::action("AddPrivilegesRole", |call| add(call, false))
            .on(&["role"])
            .takes_many("Privileges", object("RolePrivilege")),
        Operation::action("ReplacePrivilegesRole", |call| add(call, true))
            .on(&["role"])
            .takes_many("Privileges", object("RolePrivilege")),
        Operation::action("RemovePrivilegeRole", remove)
            .on(&["role"])
            .takes("Privilege", row("privilege")),
        Operation::function("RetrieveRolePrivilegesRole", of_role)
            .takes("RoleId", ValueType::Guid)
            .gives(listed()),
        Operation::function("RetrieveUserPrivileges", of_principal)
            .on(&["systemuser"])
            .gives(listed()),
        Operation::function("RetrieveTeamPrivileges", of_principal)
            .on(&["team"])
            .gives(listed()),
    ]
}

fn add(call: &Call<'_>, replaces: bool) -> Result<Answer, SimError> {
    let (_, role) = call.row()?;
    let known: HashSet<Uuid> = privileges(&call.context.schema)
        .map(|privilege| privilege.id())
        .collect();
    let mut wanted = Vec::new();
    for element in call.arguments.elements("Privileges")? {
        let privilege = members(&element)?;
        let id = text(&privilege, "PrivilegeId").and_then(|id| Uuid::try_parse(&id).ok());
        let id = id.ok_or_else(|| required("PrivilegeId"))?;
        let depth = privilege.get("Depth").ok_or_else(|| required("Depth"))?;
        let depth = depth.get().trim_matches('"');
        let depth = Depth::named(depth).ok_or_else(|| {
            SimError::invalid_argument(format!("Requested value '{depth}' was not found."))
        })?;
        if !known.contains(&id) {
            return Err(SimError::row_not_found("privilege", id));
        }
        wanted.push((id, depth));
    }
    let table = call.table(KEPT)?;
    if replaces {
        for row in call.find(table, &[("roleid", role)])? {
            call.erase(table, row)?;
        }
    }
    for (privilege, depth) in wanted {
        for row in call.find(table, &[("roleid", role), ("privilegeid", privilege)])? {
            call.erase(table, row)?;
        }
        call.insert(
            table,
            vec![
                ("roleid", Cell::Guid(role)),
                ("privilegeid", Cell::Guid(privilege)),
                ("privilegedepthmask", Cell::Integer(depth.mask())),
            ],
        )?;
    }
    call.note_rights();
    Ok(Answer::Nothing)
}

fn remove(call: &Call<'_>) -> Result<Answer, SimError> {
    let (_, role) = call.row()?;
    let privilege = call.target("Privilege")?.id;
    let table = call.table(KEPT)?;
    for row in call.find(table, &[("roleid", role), ("privilegeid", privilege)])? {
        call.erase(table, row)?;
    }
    call.note_rights();
    Ok(Answer::Nothing)
}

fn of_role(call: &Call<'_>) -> Result<Answer, SimError> {
    let role = call.arguments.required_guid("RoleId")?;
    call.draft(call.table("role")?, role)?;
    let rows = &call.context.organisation.rows;
    let schema = &call.context.schema;
    let rights = Rights::of_role(rows, schema, role)?;
    Ok(listed(call, &rights))
}

fn of_principal(call: &Call<'_>) -> Result<Answer, SimError> {
    let (_, principal) = call.row()?;
    let rows = &call.context.organisation.rows;
    let rights = Rights::of(rows, &call.context.schema, principal)?;
    Ok(listed(call, &rights))
}

fn listed(call: &Call<'_>, rights: &Rights) -> Answer {
    let all: Vec<Value> = rights
        .privileges(&call.context.schema)
        .into_iter()
        .map(|(name, depth)| {
            json!({
                "Depth": depth.name(),
                "PrivilegeId": privilege_id(&name),
                "BusinessUnitId": rights.unit,
                "PrivilegeName": name,
            })
        })
        .collect();
    Answer::Members(json!({ "RolePrivileges": all }))
}
