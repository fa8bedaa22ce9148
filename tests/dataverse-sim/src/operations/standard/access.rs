//! Sharing: GrantAccess, ModifyAccess, RevokeAccess, and who may do what with a row.
//!
//! Layer: operations. A share is a row of `principalobjectaccess`; whoever signs in here may do everything anyway, so shares
//! are kept and told, not enforced.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::arguments::{members, required};
use crate::operations::declaration::{ANY, Operation, PRINCIPAL, Parameter, choice, object};
use crate::operations::types::enumeration;
use crate::operations::{Answer, Call, Target};
use crate::rows::Cell;
use crate::schema::Ownership;

/// The enumeration of rights.
const RIGHTS: &str = "AccessRights";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("GrantAccess", |call| share(call, |old, new| old | new))
            .takes("Target", ANY)
            .takes("PrincipalAccess", object("PrincipalAccess")),
        Operation::action("ModifyAccess", |call| share(call, |_, new| new))
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

fn share(call: &Call<'_>, combine: fn(i32, i32) -> i32) -> Result<Answer, SimError> {
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
    let given = mask(&given)?;
    let table = call.table("principalobjectaccess")?;
    let now = Cell::Moment(call.context.now);
    match share_of(call, principal.id, target.id)? {
        Some((id, old)) => call.overwrite(
            table,
            id,
            vec![
                (
                    "accessrightsmask",
                    Cell::Integer(combine(old, given).into()),
                ),
                ("changedon", now),
            ],
        )?,
        None => {
            let name = |target: &Target<'_>| Cell::Text(target.table.logical_name.clone());
            call.insert(
                table,
                vec![
                    ("accessrightsmask", Cell::Integer(given.into())),
                    ("inheritedaccessrightsmask", Cell::Integer(0)),
                    ("objectid", Cell::Guid(target.id)),
                    ("objecttypecode", name(&target)),
                    ("principalid", Cell::Guid(principal.id)),
                    ("principaltypecode", name(&principal)),
                    ("changedon", now),
                ],
            )?;
        }
    }
    Ok(Answer::Nothing)
}

fn revoke(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = shareable(call)?;
    let principal = call.target("Revokee")?;
    if let Some((id, _)) = share_of(call, principal.id, target.id)? {
        call.remove(call.table("principalobjectaccess")?, id)?;
    }
    Ok(Answer::Nothing)
}

fn rights_of(call: &Call<'_>) -> Result<Answer, SimError> {
    let (principals, principal) = call.row()?;
    let target = call.target("Target")?;
    let owns = matches!(
        call.draft(target.table, target.id)?.named(target.table, "ownerid"),
        Cell::Lookup { id, .. } if *id == principal
    );
    // Users are administrators here; a team has what it owns and what is shared with it.
    let rights = if owns || principals.logical_name == "systemuser" {
        all()
    } else {
        share_of(call, principal, target.id)?.map_or(0, |(_, mask)| mask)
    };
    Ok(Answer::Members(json!({ "AccessRights": names(rights) })))
}

fn shares(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    let table = call.table("principalobjectaccess")?;
    let mut found: Vec<Value> = Vec::new();
    for id in call.find(table, &[("objectid", target.id)])? {
        let share = call.draft(table, id)?;
        let (Cell::Integer(mask), Cell::Guid(principal), Some(kind)) = (
            share.named(table, "accessrightsmask"),
            share.named(table, "principalid"),
            share.text(table, "principaltypecode"),
        ) else {
            continue;
        };
        let key = &call.table(kind)?.primary_id;
        let rights = i32::try_from(*mask).unwrap_or_default();
        found.push(json!({
            "AccessMask": names(rights),
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

/// The share of a principal in a row: its id and rights.
fn share_of(
    call: &Call<'_>,
    principal: Uuid,
    object: Uuid,
) -> Result<Option<(Uuid, i32)>, SimError> {
    let table = call.table("principalobjectaccess")?;
    let found = call.find(table, &[("principalid", principal), ("objectid", object)])?;
    let Some(id) = found.first() else {
        return Ok(None);
    };
    let mask = match call.draft(table, *id)?.named(table, "accessrightsmask") {
        Cell::Integer(mask) => i32::try_from(*mask).unwrap_or_default(),
        _ => 0,
    };
    Ok(Some((*id, mask)))
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
