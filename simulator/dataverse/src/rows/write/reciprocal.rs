//! The other half of a connection: what connects a first row with a second one connects the second with the first.
//!
//! Layer: write. The service keeps both halves; the one that was made by hand is the master. A change of either shows in the
//! other, and they go together.

use uuid::Uuid;

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, insert, load, position, update};
use crate::schema::{OneToMany, Table};

use super::errors;
use super::facts::Facts;
use super::recipe::Recipe;
use super::rules;

/// The table of connections.
const CONNECTION: &str = "connection";

/// The lookup that each half has to the other.
const OTHER: &str = "relatedconnectionid";

/// Columns that stand on the other side in the other half.
const MIRRORED: [(&str, &str); 4] = [
    ("record1id", "record2id"),
    ("record2id", "record1id"),
    ("record1roleid", "record2roleid"),
    ("record2roleid", "record1roleid"),
];

/// Columns that are the same in both halves.
const SHARED: [&str; 6] = [
    "description",
    "effectivestart",
    "effectiveend",
    "ownerid",
    "statecode",
    "statuscode",
];

/// Whether rows of a table have another half.
pub fn has_halves(table: &Table) -> bool {
    table.logical_name == CONNECTION
}

/// Whether a relationship ties the halves of a connection together.
pub fn ties(relationship: &OneToMany) -> bool {
    relationship.referencing == CONNECTION && relationship.referencing_attribute == OTHER
}

/// Makes the other half of a connection that was just made.
///
/// # Errors
/// When the store fails.
pub fn make(write: &Write<'_>, facts: &Facts<'_>, table: &Table, id: Uuid) -> Result<(), SimError> {
    let Some((mut draft, _)) = load(write, table, id)? else {
        return Ok(());
    };
    // What leads nowhere yet has nothing to lead back from.
    if *draft.named(table, "record2id") == Cell::Null {
        return Ok(());
    }
    let other_id = Uuid::new_v4();
    let mut other = Draft::empty(table);
    other.set_named(table, &table.primary_id, Cell::Guid(other_id));
    mirror(table, &draft, &mut other);
    other.set_named(table, OTHER, half(id));
    other.set_named(table, "ismaster", Cell::Bool(false));
    Recipe::new(table).complete(&mut other, facts)?;
    rules::complete(table, &mut other, None, facts)?;
    insert(write, table, other, write.next_version())
        .map_err(|error| errors::from_insert(table, error))?;
    let changed: Vec<usize> = [
        draft.set_named(table, OTHER, half(other_id)),
        draft.set_named(table, "ismaster", Cell::Bool(true)),
    ]
    .into_iter()
    .flatten()
    .collect();
    put(write, table, id, &draft, &changed)
}

/// Brings the other half of a connection that was just changed in line, or makes it where there is none yet.
///
/// # Errors
/// When the store fails.
pub fn follow(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
) -> Result<(), SimError> {
    let Some((draft, _)) = load(write, table, id)? else {
        return Ok(());
    };
    let Cell::Lookup { id: other_id, .. } = *draft.named(table, OTHER) else {
        return make(write, facts, table, id);
    };
    let Some((mut other, _)) = load(write, table, other_id)? else {
        return Ok(());
    };
    let mut changed = mirror(table, &draft, &mut other);
    for column in ["modifiedon", "modifiedby", "modifiedonbehalfby"] {
        let cell = draft.named(table, column).clone();
        changed.extend(other.set_named(table, column, cell));
    }
    changed.extend(rules::complete(table, &mut other, Some(&changed), facts)?);
    changed.extend(Recipe::new(table).derive(&mut other, facts)?);
    put(write, table, other_id, &other, &changed)
}

/// The other half of a connection.
///
/// # Errors
/// When the store fails.
pub fn of(write: &Write<'_>, table: &Table, id: Uuid) -> Result<Option<Uuid>, SimError> {
    let found = load(write, table, id)?;
    Ok(
        found.and_then(|(draft, _)| match draft.named(table, OTHER) {
            Cell::Lookup { id, .. } => Some(*id),
            _ => None,
        }),
    )
}

/// Copies what both halves tell, and tells which columns of the other one that are.
fn mirror(table: &Table, draft: &Draft, other: &mut Draft) -> Vec<usize> {
    let pairs = MIRRORED
        .into_iter()
        .chain(SHARED.map(|column| (column, column)));
    pairs
        .filter_map(|(here, there)| {
            let cell = draft.named(table, here).clone();
            let index = position(table, there)?;
            other.set(index, cell);
            Some(index)
        })
        .collect()
}

fn half(id: Uuid) -> Cell {
    Cell::Lookup {
        table: CONNECTION.into(),
        id,
    }
}

fn put(
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    draft: &Draft,
    changed: &[usize],
) -> Result<(), SimError> {
    update(write, table, id, draft, changed, write.next_version())
        .map_err(|error| errors::from_insert(table, error))
}
