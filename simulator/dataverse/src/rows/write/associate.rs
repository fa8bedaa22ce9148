//! Ties rows together and apart: `$ref` on navigation properties.
//!
//! Layer: write (reference §7).

use http::StatusCode;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::load;
use crate::schema::{ManyToMany, Navigation, RequiredLevel, Table};
use crate::security::{Access, check_row, check_stored};

use super::apply::apply;
use super::consequences::save;
use super::erase::erase;
use super::facts::Facts;
use super::link::{add, intersect, linked};
use super::payload::{Bind, Members, Payload};
use super::request_facts::facts;
use super::{errors, reference};

/// One end of a link: a row and a navigation property that leads away from it.
pub struct End<'a> {
    /// The table of the row.
    pub table: &'a Table,
    /// Its id.
    pub id: Uuid,
    /// The navigation property.
    pub navigation: &'a Navigation,
}

/// Answers `POST …/$ref` on a collection and `PUT …/$ref` on a lookup; the body names the other row.
///
/// # Errors
/// 404 for a row that does not exist, 412 for a link that is there already.
pub fn attach(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    end: &End<'_>,
) -> Result<Response, SimError> {
    let members = Members::parse(end.table, &request.body)?;
    let value = members.get("@odata.id").ok_or_else(|| {
        SimError::bad_url("The request body must name the record to associate in '@odata.id'.")
    })?;
    let address: String =
        serde_json::from_str(value.get()).map_err(|error| errors::not_json(end.table, error))?;
    let rows = &context.organisation.rows;
    rows.database().write(|write| {
        let facts = facts(context, write);
        let found = load(write, end.table, end.id)?;
        let (draft, _) =
            found.ok_or_else(|| SimError::row_not_found(&end.table.logical_name, end.id))?;
        check_row(context, write, end.table, end.id, &draft, Access::Append)?;
        match end.navigation {
            Navigation::ManyToOne(relationship) => {
                let payload = Payload {
                    binds: vec![Bind {
                        relationship,
                        address: Some(address),
                    }],
                    ..Payload::default()
                };
                apply(context, request, write, end.table, end.id, draft, payload)
            }
            collection => add(
                context, write, &facts, end.table, end.id, collection, &address,
            ),
        }
    })?;
    rows.written(end.table);
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

/// Answers `DELETE …/$ref`: clears a lookup, or unties the row that `other` names from a collection.
///
/// # Errors
/// 404 for a row or a link that does not exist.
pub fn detach(
    context: &OrgContext<'_>,
    end: &End<'_>,
    other: Option<&str>,
) -> Result<Response, SimError> {
    let rows = &context.organisation.rows;
    check_stored(context, end.table, end.id, Access::Append)?;
    rows.database().write(|write| {
        let facts = facts(context, write);
        match end.navigation {
            Navigation::ManyToOne(relationship) => clear(
                context,
                write,
                &facts,
                end.table,
                end.id,
                &relationship.referencing_attribute,
                None,
            ),
            collection => {
                let address = other.ok_or_else(|| {
                    SimError::bad_url(
                        "The record to disassociate must be named in the URL or in '$id'.",
                    )
                })?;
                let (table, id) = reference::resolve(&context.schema, write, address)?;
                match collection {
                    Navigation::OneToMany(relationship)
                        if relationship.referencing == table.logical_name =>
                    {
                        clear(
                            context,
                            write,
                            &facts,
                            table,
                            id,
                            &relationship.referencing_attribute,
                            Some(end.id),
                        )
                    }
                    Navigation::ManyToMany {
                        relationship,
                        from_first,
                    } => unlink(context, write, relationship, *from_first, end.id, id),
                    _ => Err(SimError::row_not_found(&table.logical_name, id)),
                }
            }
        }
    })?;
    rows.written(end.table);
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

/// Clears a lookup; `Some(from)` only when it points there.
fn clear(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    lookup: &str,
    from: Option<Uuid>,
) -> Result<(), SimError> {
    let found = load(write, table, id)?;
    let (mut draft, _) = found.ok_or_else(|| SimError::row_not_found(&table.logical_name, id))?;
    if let Some(from) = from
        && draft.named(table, lookup).id() != Some(from)
    {
        return Err(SimError::row_not_found(&table.logical_name, id));
    }
    if table
        .column(lookup)
        .is_some_and(|column| column.required == RequiredLevel::System)
    {
        return Err(errors::required());
    }
    let changed = draft
        .set_named(table, lookup, Cell::Null)
        .into_iter()
        .collect();
    save(context, write, facts, table, id, draft, changed)
}

fn unlink(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    relationship: &ManyToMany,
    from_first: bool,
    id: Uuid,
    other: Uuid,
) -> Result<(), SimError> {
    let table = intersect(context, relationship)?;
    match linked(write, table, relationship, from_first, id, other)? {
        Some(link) => erase(context, write, table, link),
        None => Err(SimError::row_not_found(&table.logical_name, other)),
    }
}
