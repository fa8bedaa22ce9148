//! The tables of a query: the queried one and those linked to it, by the names that conditions know them by.
//!
//! Layer: fetchxml, pure.

use crate::http::SimError;
use crate::query::compile::{Compiler, Property, choice_label, lookup_name};
use crate::rows::storage::layout::{Encoding, quoted, type_column};
use crate::schema::{Column, ColumnKind, Schema, Table};

use super::super::errors;

/// One table of a query.
#[derive(Clone)]
pub(super) struct Source<'a> {
    /// Its alias in the query, or one made up.
    pub(super) name: String,
    /// Whether the alias was made up; the table's own name serves as well then.
    pub(super) generated: bool,
    /// The table.
    pub(super) table: &'a Table,
    /// The name of its rows in the statement.
    pub(super) alias: String,
}

impl<'a> Source<'a> {
    /// A column by its logical name.
    pub(super) fn property(
        &self,
        compiler: &Compiler<'a>,
        name: &str,
    ) -> Result<Property<'a>, SimError> {
        let missing = || errors::no_column(&self.table.logical_name, name);
        let column = self.table.column(name).ok_or_else(missing)?;
        match &column.attribute_of {
            None => compiler.column(self.table, self.alias.clone(), column, false),
            Some(base) => {
                let base = self.table.column(base).ok_or_else(missing)?;
                let sql = self
                    .companion(compiler.scene().schema, base, name)
                    .ok_or_else(missing)?;
                Ok(Property {
                    table: self.table,
                    column,
                    sql,
                    alias: self.alias.clone(),
                    encoding: Encoding::Text,
                    is_navigation: false,
                })
            }
        }
    }

    /// What a companion of a column shows: a name, a label, a table.
    fn companion(&self, schema: &Schema, base: &Column, name: &str) -> Option<String> {
        let value = format!("{}.{}", self.alias, quoted(&base.logical_name));
        if base.is_lookup() {
            if name.ends_with("type") && base.targets().len() > 1 {
                return Some(format!("{}.{}", self.alias, type_column(base)));
            }
            return Some(format!(
                "({} COLLATE NOCASE)",
                lookup_name(schema, &self.alias, base)
            ));
        }
        match (&base.kind, base.options()) {
            (ColumnKind::MultiChoice { .. }, _) => None,
            (_, Some(options)) => Some(choice_label(&value, options)),
            _ => None,
        }
    }
}
