//! What tables made at run time have without being asked: their id, owner, dates, states, and the lookups behind these.

use super::{DefinedTable, DefinitionError, TableDefinition, define, system};
use crate::schema::{Column, OneToMany, TableParts};

/// The kinds of tables that can be made at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// Users and teams own the rows.
    UserOwned,
    /// The organisation owns the rows.
    OrganisationOwned,
    /// An activity.
    Activity,
}

impl Template {
    fn text(self) -> &'static str {
        match self {
            Self::UserOwned => include_str!("../templates/user-owned.toml"),
            Self::OrganisationOwned => include_str!("../templates/organisation-owned.toml"),
            Self::Activity => include_str!("../templates/activity.toml"),
        }
    }

    /// A table with these names and nothing of its own yet. The names have to be plain identifiers.
    ///
    /// # Errors
    /// When the names make no sense in a definition.
    pub fn table(self, schema_name: &str, set: &str) -> Result<DefinedTable, DefinitionError> {
        let logical = schema_name.to_ascii_lowercase();
        let text = self
            .text()
            .replace("{schema}", schema_name)
            .replace("{logical}", &logical)
            .replace("{set}", set);
        define(&TableDefinition::parse(&logical, &text)?, &[])
    }
}

/// Adds what a table needs before it can have amounts: the currency and its rate. Returns the relationship behind it, or
/// `None` when the table has a currency already.
pub fn add_currency(table: &mut TableParts) -> Option<OneToMany> {
    if table
        .columns
        .iter()
        .any(|column| column.logical_name == "transactioncurrencyid")
    {
        return None;
    }
    let (columns, relationship) = system::currency_of(table);
    add_columns(table, columns);
    Some(relationship)
}

/// Adds columns, each with the companions it brings along.
pub fn add_columns(table: &mut TableParts, columns: impl IntoIterator<Item = Column>) {
    let last = table.columns.iter().map(|column| column.number).max();
    let mut number = last.unwrap_or_default();
    for mut column in columns {
        let mut companions = super::companions::of(&column);
        companions.retain(|companion| {
            let mut present = table.columns.iter();
            !present.any(|column| column.logical_name == companion.logical_name)
        });
        let is_custom = column.is_custom;
        number += 1;
        column.number = number;
        table.columns.push(column);
        for mut companion in companions {
            number += 1;
            companion.number = number;
            companion.is_custom = is_custom;
            table.columns.push(companion);
        }
    }
}

/// Logical names of what a column brought along, and leaves with it.
pub fn companion_names(column: &Column) -> Vec<String> {
    let companions = super::companions::of(column).into_iter();
    companions.map(|companion| companion.logical_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_gives_a_table_with_its_names() {
        for template in [
            Template::UserOwned,
            Template::OrganisationOwned,
            Template::Activity,
        ] {
            let table = template.table("new_Thing", "new_things").unwrap();
            assert_eq!(table.parts.logical_name, "new_thing");
            let id = if template == Template::Activity {
                "activityid"
            } else {
                "new_thingid"
            };
            assert_eq!(table.parts.primary_id, id);
            let mut names = table.relationships.iter().map(|one| &one.schema_name);
            assert!(names.any(|name| name == "lk_new_thing_createdby"));
        }
    }
}
