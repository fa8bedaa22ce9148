//! Sharing: GrantAccess, ModifyAccess, RevokeAccess, and who may do what with a row.
//!
//! Layer: operations. A share is a row of `principalobjectaccess`, whose changes go down the hierarchy;
//! [`security`](crate::security) lets it count wherever rows are read and written.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::SimError;
use crate::operations::arguments::{members, required};
use crate::operations::declaration::{ANY, PRINCIPAL, Parameter, choice, object};
use crate::operations::enumerations::enumeration;
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call, Target};
use crate::rows::write::sharing::{self, Change, Principal};
use crate::rows::{Cell, StoreError};
use crate::schema::Ownership;
use crate::security::{Access, Rights, check_stored};

/// The enumeration of rights.
const RIGHTS: &str = "AccessRights";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("GrantAccess", |call| share(call, false))
            .takes("Target", ANY)
            .takes("PrincipalAccess", object("PrincipalAccess")),
        Operation::action("ModifyAccess", |call| share(call, true))
            .takes("Target", ANY)
            .takes("PrincipalAccess", object("PrincipalAccess")),
        Operation::action("RevokeAccess", revoke)
            .takes("Target", ANY)
            .takes("Revokee", PRINCIPAL),
        Operation::function("RetrievePrincipalAccess", rights_of)
            .on(&["systemuser", "team"])
            .takes("Target", ANY)
            .gives(vec![Parameter::one("AccessRights", choice(RIGHTS))]),
        Operation::function("RetrieveSharedPrincipalsAndAccess", shares)
            .takes("Target", ANY)
            .gives(vec![Parameter::many(
                "PrincipalAccesses",
                object("PrincipalAccess"),
            )]),
    ]
}

fn share(call: &Call<'_>, replaces: bool) -> Result<Answer, SimError> {
    let target = shareable(call)?;
    let access = members(call.arguments.required("PrincipalAccess")?)?;
    let principal = access
        .get("Principal")
        .ok_or_else(|| required("Principal"))?;
    let principal = call.named(principal, Some(&PRINCIPAL))?;
    let given: String = access
        .get("AccessMask")
        .and_then(|mask| serde_json::from_str(mask.get()).ok())
        .ok_or_else(|| required("AccessMask"))?;
    let given = mask(&given)?.into();
    let change = if replaces {
        Change::Modify(given)
    } else {
        Change::Grant(given)
    };
    check_stored(call.context, target.table, target.id, Access::Share)?;
    alter(call, &target, &principal, change)?;
    Ok(Answer::Nothing)
}

fn revoke(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = shareable(call)?;
    let principal = call.target("Revokee")?;
    check_stored(call.context, target.table, target.id, Access::Share)?;
    alter(call, &target, &principal, Change::Revoke)?;
    Ok(Answer::Nothing)
}

/// Changes what is granted on a row, and what the rows below inherit.
fn alter(
    call: &Call<'_>,
    target: &Target<'_>,
    principal: &Target<'_>,
    change: Change,
) -> Result<(), SimError> {
    call.table("principalobjectaccess")?;
    let principal = Principal {
        table: principal.table.logical_name.clone(),
        id: principal.id,
    };
    let (table, id) = (target.table, target.id);
    let database = call.context.organisation.rows.database();
    database.write(|write| {
        let (own, inherited) = sharing::masks(write, principal.id, id)?;
        let own = match change {
            Change::Grant(rights) => own | rights,
            Change::Modify(rights) => rights,
            Change::Revoke => 0,
        };
        sharing::keep(call.context, write, table, id, &principal, (own, inherited))?;
        sharing::cascade(call.context, write, table, id, &principal, change)
    })
}

fn rights_of(call: &Call<'_>) -> Result<Answer, SimError> {
    let (_, principal) = call.row()?;
    let target = call.target("Target")?;
    let draft = call.draft(target.table, target.id)?;
    let rows = &call.context.organisation.rows;
    let held = Rights::of(rows, &call.context.schema, principal)?;
    let rights = rows.database().read(|connection| {
        // A team without roles has what it owns and what is shared with it.
        let owns = matches!(
            draft.named(target.table, "ownerid"),
            Cell::Lookup { id, .. } if *id == principal
        );
        let mut rights = match owns {
            true => all(),
            false => held.shared(connection, target.id)?,
        };
        for access in Access::ALL {
            if let Some(depth) = held.depth(target.table, access)
                && held.reaches(connection, target.table, target.id, &draft, depth, access)?
            {
                rights |= access.bit();
            }
        }
        Ok::<_, StoreError>(rights)
    })?;
    Ok(Answer::Members(json!({ "AccessRights": names(rights) })))
}

fn shares(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    let table = call.table("principalobjectaccess")?;
    let mut found: Vec<Value> = Vec::new();
    for id in call.find(table, &[("objectid", target.id)])? {
        let share = call.draft(table, id)?;
        let mask = |column| match share.named(table, column) {
            Cell::Integer(mask) => *mask,
            _ => 0,
        };
        let mask = mask("accessrightsmask") | mask("inheritedaccessrightsmask");
        let (Cell::Guid(principal), Some(kind)) = (
            share.named(table, "principalid"),
            share.text(table, "principaltypecode"),
        ) else {
            continue;
        };
        let key = &call.table(kind)?.primary_id;
        found.push(json!({
            "AccessMask": names(rights(mask)),
            "Principal": {
                "@odata.type": format!("#Microsoft.Dynamics.CRM.{kind}"),
                key: principal,
                "ownerid": principal,
            },
        }));
    }
    Ok(Answer::Members(json!({ "PrincipalAccesses": found })))
}

/// The row to share, of a table whose rows can be.
fn shareable<'a>(call: &Call<'a>) -> Result<Target<'a>, SimError> {
    let target = call.target("Target")?;
    if target.table.ownership == Ownership::User {
        return Ok(target);
    }
    Err(SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80040203",
        format!(
            "The '{}' entity doesn't support sharing: its records aren't owned by users or teams.",
            target.table.logical_name
        ),
    ))
}

/// The rights in a mask, without the mark of what is inherited.
fn rights(mask: i64) -> i32 {
    i32::try_from(mask).unwrap_or_default() & all()
}

fn known() -> &'static [(&'static str, i32)] {
    enumeration(RIGHTS).map_or(&[], |rights| rights.members)
}

fn all() -> i32 {
    known().iter().fold(0, |sum, (_, right)| sum | right)
}

/// `ReadAccess, WriteAccess`, by number.
fn names(mask: i32) -> String {
    let given = known()
        .iter()
        .filter(|(_, right)| *right != 0 && mask & right != 0);
    let names: Vec<&str> = given.map(|(name, _)| *name).collect();
    if names.is_empty() {
        "None".to_owned()
    } else {
        names.join(", ")
    }
}

/// The number of `ReadAccess,WriteAccess`.
fn mask(text: &str) -> Result<i32, SimError> {
    let mut mask = 0;
    for part in text.split(',').map(str::trim) {
        let right = known().iter().find(|(name, _)| *name == part);
        mask |= match (right, part.parse::<i32>()) {
            (Some((_, right)), _) => *right,
            (None, Ok(number)) => number,
            (None, Err(_)) => {
                return Err(SimError::invalid_argument(format!(
                    "Requested value '{part}' was not found."
                )));
            }
        };
    }
    Ok(mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_listed_by_number_and_read_back() {
        let text = "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, CreateAccess, DeleteAccess, ShareAccess, AssignAccess";
        assert_eq!(names(all()), text);
        assert_eq!(mask(text).unwrap(), all());
        assert_eq!(mask("WriteAccess,ReadAccess").unwrap(), 3);
        assert_eq!(names(0), "None");
        assert!(mask("FlyAccess").is_err());
    }
}
