//! Relates a row to another: a lookup that points there, or a row of an intersect table.
//!
//! Layer: write (reference §7), for rows that exist and for those that are being made.

use rusqlite::OptionalExtension;
use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, insert, load};
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::quoted;
use crate::schema::{ManyToMany, Navigation, Table};

use super::consequences::save;
use super::facts::Facts;
use super::hierarchy::refuse_loop;
use super::precondition::already_exists;
use super::recipe::Recipe;
use super::request_facts::facts;
use super::{errors, reference};

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

pub(super) fn intersect<'a>(
    context: &'a OrgContext<'_>,
    relationship: &ManyToMany,
) -> Result<&'a Table, SimError> {
    context
        .schema
        .table(&relationship.intersect)
        .ok_or_else(|| SimError::unknown_segment(&relationship.intersect))
}

/// The id of the link between two rows.
pub(super) fn linked(
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
