//! Removes rows, and does to the rows that point at them what their relationships say.
//!
//! Layer: write (reference §2.5).

use http::StatusCode;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::key::RowKey;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::load;
use crate::rows::storage::encoding::guid;
use crate::rows::storage::layout::quoted;
use crate::rows::storage::unions::is_union;
use crate::schema::{CascadeAction, Navigation, Ownership, Table};
use crate::security::{Access, check_row};

use super::answer::refuse;
use super::consequences::save;
use super::erase::erase;
use super::pointing::{MAX_DEPTH, pointing};
use super::precondition::check_version;
use super::request_facts::facts;
use super::{reciprocal, sharing};

/// Answers `DELETE` on a row.
///
/// # Errors
/// 404 for no such row, 412 for another version, 405 when a row that points at it forbids it.
pub fn delete(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    key: &RowKey,
) -> Result<Response, SimError> {
    refuse(table, "Delete")?;
    let rows = &context.organisation.rows;
    rows.database().write(|write| {
        let id = key
            .find(write, table)?
            .ok_or_else(|| key.not_found(table))?;
        let (draft, version) = load(write, table, id)?.ok_or_else(|| key.not_found(table))?;
        check_row(context, write, table, id, &draft, Access::Delete)?;
        check_version(table, request.conditions.if_match.as_ref(), version)?;
        remove(context, write, table, id, 0)
    })?;
    rows.written(table);
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

/// Removes a row with all that goes with it.
fn remove(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    depth: usize,
) -> Result<(), SimError> {
    if depth > MAX_DEPTH {
        return Err(SimError::unexpected("too many levels of related rows"));
    }
    for relationship in table.one_to_many() {
        let action = relationship.cascade.delete;
        // What points here through a union is dealt with where it really is, the other half of a connection at the end.
        let elsewhere = is_union(&relationship.referencing) || reciprocal::ties(relationship);
        if action == CascadeAction::NoCascade || elsewhere {
            continue;
        }
        let Some(child) = context.schema.table(&relationship.referencing) else {
            continue;
        };
        let pointing = pointing(
            context,
            write,
            &Navigation::OneToMany(relationship.clone()),
            child,
            id,
        )?;
        for child_id in pointing {
            match action {
                CascadeAction::Restrict => {
                    return Err(SimError::new(
                        StatusCode::METHOD_NOT_ALLOWED,
                        "0x80040227",
                        "The object you tried to delete is associated with another object and cannot be deleted.",
                    ));
                }
                CascadeAction::RemoveLink => {
                    if let Some((mut draft, _)) = load(write, child, child_id)? {
                        let changed =
                            draft.set_named(child, &relationship.referencing_attribute, Cell::Null);
                        let changed = changed.into_iter().collect();
                        save(
                            context,
                            write,
                            &facts(context, write),
                            child,
                            child_id,
                            draft,
                            changed,
                        )?;
                    }
                }
                _ => remove(context, write, child, child_id, depth + 1)?,
            }
        }
    }
    let other_half = match reciprocal::has_halves(table) {
        true => reciprocal::of(write, table, id)?,
        false => None,
    };
    if table.ownership == Ownership::User {
        sharing::forget(context, write, id)?;
    }
    for relationship in table.many_to_many() {
        for side in [&relationship.first, &relationship.second] {
            if side.table == table.logical_name
                && context.schema.table(&relationship.intersect).is_some()
            {
                let sql = format!(
                    "DELETE FROM {} WHERE {} = ?",
                    quoted(&relationship.intersect),
                    quoted(&side.intersect_attribute)
                );
                write.prepare_cached(&sql)?.execute([guid(id)])?;
            }
        }
    }
    erase(context, write, table, id)?;
    match other_half {
        Some(other) if load(write, table, other)?.is_some() => {
            remove(context, write, table, other, depth + 1)
        }
        Some(_) | None => Ok(()),
    }
}
