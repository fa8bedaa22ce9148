//! Ties rows together and apart: `$ref` on navigation properties.
//!
//! Layer: write (reference §7).

use http::StatusCode;
use rusqlite::OptionalExtension;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, insert, load};
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::quoted;
use crate::schema::{ManyToMany, Navigation, RequiredLevel, Table};
use crate::security::{Access, check_row, check_stored};

use super::consequences::save;
use super::delete::erase;
use super::facts::Facts;
use super::payload::{Bind, Members, Payload};
use super::precondition::already_exists;
use super::recipe::Recipe;
use super::update::{apply, facts, refuse_loop};
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

/// Relates an existing row to a collection of another.
///
/// # Errors
/// 404 for a row that does not exist, 400 for one of the wrong table, 412 for a link that is there already.
pub fn add(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    navigation: &Navigation,
    address: &str,
) -> Result<(), SimError> {
    let (other, other_id) = reference::resolve(&context.schema, write, address)?;
    let expected = match navigation {
        Navigation::OneToMany(relationship) => &relationship.referencing,
        Navigation::ManyToMany {
            relationship,
            from_first: true,
        } => &relationship.second.table,
        Navigation::ManyToMany {
            relationship,
            from_first: false,
        } => &relationship.first.table,
        Navigation::ManyToOne(relationship) => &relationship.referenced,
    };
    if *expected != other.logical_name {
        return Err(SimError::bad_payload(
            &table.entity_set_name,
            format_args!(
                "The collection expects a reference to '{expected}' and was given one to '{}'.",
                other.logical_name
            ),
        ));
    }
    match navigation {
        Navigation::ManyToMany {
            relationship,
            from_first,
        } => link(context, write, relationship, *from_first, id, other_id),
        Navigation::OneToMany(relationship) => {
            let lookup = &relationship.referencing_attribute;
            let hierarchical = relationship.is_hierarchical;
            refuse_loop(write, other, lookup, other_id, table, id, hierarchical)?;
            let found = load(write, other, other_id)?;
            let (mut draft, _) =
                found.ok_or_else(|| SimError::row_not_found(&other.logical_name, other_id))?;
            let cell = Cell::Lookup {
                table: table.logical_name.clone().into(),
                id,
            };
            let changed = draft
                .set_named(other, &relationship.referencing_attribute, cell)
                .into_iter()
                .collect();
            save(context, write, facts, other, other_id, draft, changed)
        }
        Navigation::ManyToOne(_) => Err(errors::primitive_navigation(table)),
    }
}

/// Stores a row of an intersect table.
///
/// # Errors
/// 412 when the two rows are linked already.
pub fn link(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    relationship: &ManyToMany,
    from_first: bool,
    id: Uuid,
    other: Uuid,
) -> Result<(), SimError> {
    let table = intersect(context, relationship)?;
    if linked(write, table, relationship, from_first, id, other)?.is_some() {
        return Err(already_exists());
    }
    let mut draft = Draft::empty(table);
    let (first, second) = if from_first { (id, other) } else { (other, id) };
    draft.set_named(
        table,
        &relationship.first.intersect_attribute,
        Cell::Guid(first),
    );
    draft.set_named(
        table,
        &relationship.second.intersect_attribute,
        Cell::Guid(second),
    );
    Recipe::new(table).complete(&mut draft, &facts(context, write))?;
    insert(write, table, draft, write.next_version())
        .map_err(|error| errors::from_insert(table, error))
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

fn intersect<'a>(
    context: &'a OrgContext<'_>,
    relationship: &ManyToMany,
) -> Result<&'a Table, SimError> {
    context
        .schema
        .table(&relationship.intersect)
        .ok_or_else(|| SimError::unknown_segment(&relationship.intersect))
}

/// The id of the link between two rows.
fn linked(
    write: &Write<'_>,
    table: &Table,
    relationship: &ManyToMany,
    from_first: bool,
    id: Uuid,
    other: Uuid,
) -> Result<Option<Uuid>, SimError> {
    let (first, second) = if from_first { (id, other) } else { (other, id) };
    let sql = format!(
        "SELECT {} FROM {} WHERE {} = ? AND {} = ?",
        quoted(&table.primary_id),
        quoted(&table.logical_name),
        quoted(&relationship.first.intersect_attribute),
        quoted(&relationship.second.intersect_attribute)
    );
    let found = write
        .prepare_cached(&sql)?
        .query_row([guid(first), guid(second)], |row| {
            Ok(as_guid(row.get_ref(0)?))
        })
        .optional()?;
    Ok(found.flatten())
}
