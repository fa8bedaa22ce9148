//! What would have to go before a definition can be deleted, one rule for the refusal and for those who ask beforehand.
//!
//! Layer: metadata, pure (reference §9.3). Only what makers added stands in the way: what is shipped with a table goes with it.

use uuid::Uuid;

use crate::schema::{ColumnKind, SchemaParts, TableParts};

/// Types of components, as `componenttype` numbers them.
const TABLE: i32 = 1;
const COLUMN: i32 = 2;
const CHOICE: i32 = 9;
const RELATIONSHIP: i32 = 10;
const KEY: i32 = 14;

/// A definition among the components of solutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Component {
    /// `componenttype`.
    pub(crate) kind: i32,
    /// `MetadataId`.
    pub(crate) id: Uuid,
    /// `MetadataId` of the table it belongs to; nil for none.
    pub(crate) parent: Uuid,
}

/// What needs a table: relationships whose lookups are in other tables.
pub(super) fn of_table(parts: &SchemaParts, table: &str) -> Vec<Component> {
    let pointing = parts
        .relationships
        .iter()
        .filter(|one| one.is_custom && one.referenced == table && one.referencing != table);
    let component = |one: &crate::schema::OneToMany| Component {
        kind: RELATIONSHIP,
        id: one.metadata_id(),
        parent: parts
            .table(&one.referencing)
            .map_or(Uuid::nil(), TableParts::metadata_id),
    };
    pointing.map(|one| component(one)).collect()
}

/// What needs a column: the alternate keys it is part of.
pub(super) fn of_column(table: &TableParts, column: &str) -> Vec<Component> {
    let keys = table.keys.iter();
    let using = keys.filter(|key| key.columns.iter().any(|part| part == column));
    let component = |key| Component {
        kind: KEY,
        id: table.key_id(key),
        parent: table.metadata_id(),
    };
    using.map(component).collect()
}

/// What needs a global choice: the columns whose options it has.
fn of_choice(parts: &SchemaParts, name: &str) -> Vec<Component> {
    let columns = parts.tables.iter().flat_map(|table| {
        let using = table
            .columns
            .iter()
            .filter(|column| uses(&column.kind, name));
        using.map(|column| Component {
            kind: COLUMN,
            id: table.column_id(column),
            parent: table.metadata_id(),
        })
    });
    columns.collect()
}

/// Whether a column takes its options from a global choice.
pub(super) fn uses(kind: &ColumnKind, name: &str) -> bool {
    match kind {
        ColumnKind::Choice { options, .. } | ColumnKind::MultiChoice { options } => {
            options.is_global && options.name == name
        }
        _ => false,
    }
}

/// A component and what needs it; `None` for one that is not there. Of components that are no definitions nothing is known
/// to depend.
pub(crate) fn dependents(
    parts: &SchemaParts,
    kind: i32,
    id: Uuid,
) -> Option<(Component, Vec<Component>)> {
    let own = |parent| Component { kind, id, parent };
    match kind {
        TABLE => {
            let mut tables = parts.tables.iter();
            let table = tables.find(|table| table.metadata_id() == id)?;
            Some((own(Uuid::nil()), of_table(parts, &table.logical_name)))
        }
        COLUMN => parts.tables.iter().find_map(|table| {
            let mut columns = table.columns.iter();
            let column = columns.find(|column| table.column_id(column) == id)?;
            let dependents = of_column(table, &column.logical_name);
            Some((own(table.metadata_id()), dependents))
        }),
        CHOICE => {
            let mut sets = parts.option_sets.iter();
            let set = sets.find(|set| set.metadata_id() == id)?;
            Some((own(Uuid::nil()), of_choice(parts, &set.name)))
        }
        _ => Some((own(Uuid::nil()), Vec::new())),
    }
}
