//! How a table is written down: one TOML file each, short enough to read beside Microsoft's table reference.
//!
//! What every table has (dates, owner, version, companions of lookups and choices, base amounts, state and status
//! columns) is not repeated in the files but added when the definition is turned into a table.

mod columns;
mod companions;
mod file;
mod links;
mod states;
mod system;
mod table;
mod template;

pub use columns::MONEY_LIMIT;
pub(crate) use columns::plain;
pub(super) use companions::of as companions_of;
pub use file::{ColumnDefinition, TableDefinition};
pub use table::intersect_table;
pub use template::{Template, add_columns, add_currency, companion_names};

use super::{ManyToMany, OneToMany, OptionSet, TableParts};
use std::sync::Arc;

/// A definition that makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// The file is no such definition.
    #[error("table definition `{table}`: {message}")]
    Syntax {
        /// Which file.
        table: String,
        /// What is wrong and where.
        message: String,
    },
    /// A column contradicts itself.
    #[error("table definition `{table}`, column `{column}`: {message}")]
    Column {
        /// Which table.
        table: String,
        /// Which column.
        column: String,
        /// What is wrong.
        message: String,
    },
}

/// What one definition gives.
#[derive(Clone, Debug)]
pub struct DefinedTable {
    /// The table.
    pub parts: TableParts,
    /// The relationships of its lookups.
    pub relationships: Vec<OneToMany>,
    /// The many-to-many relationships it declares.
    pub many_to_many: Vec<ManyToMany>,
    /// The intersect tables of these.
    pub intersects: Vec<TableParts>,
}

/// Turns a definition into a table.
pub fn define(
    definition: &TableDefinition,
    global_choices: &[Arc<OptionSet>],
) -> Result<DefinedTable, DefinitionError> {
    table::define(definition, global_choices)
}
