//! How a table is written down: one TOML file each, short enough to read beside Microsoft's table reference.
//!
//! What every table has (dates, owner, version, companions of lookups and choices, base amounts, state and status
//! columns) is not repeated in the files but added when the definition is turned into a table.

mod columns;
mod companions;
mod defined;
mod error;
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

use super::OptionSet;
pub use defined::DefinedTable;
pub use error::DefinitionError;
use std::sync::Arc;

/// Turns a definition into a table.
pub fn define(
    definition: &TableDefinition,
    global_choices: &[Arc<OptionSet>],
) -> Result<DefinedTable, DefinitionError> {
    table::define(definition, global_choices)
}
