//! The rows that a request is about, and the statement that finds them.
//!
//! Layer: read.

use rusqlite::{Connection, params_from_iter, types::Value};
use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::query::compile::{Compiler, ROOT, Scene, Term, after, place_values, related};
use crate::query::cookie;
use crate::query::options::Options;
use crate::rows::StoreError;
use crate::rows::storage::encoding::guid;
use crate::schema::{Navigation, Schema, Table};
use crate::security::scoped;

/// The largest number that counting tells (reference §3.4).
pub const MAX_COUNT: i64 = 5_000;

/// The rows that a request is about.
#[derive(Clone, Copy)]
pub enum Rows<'a> {
    /// All rows of a table.
    Of(&'a Table),
    /// The rows that a collection-valued navigation property leads to from one row.
    Related {
        /// The id of that row.
        id: Uuid,
        /// The navigation property.
        navigation: &'a Navigation,
    },
}

/// A statement under construction: its table, its parameters so far, and what narrows it.
pub(super) struct Scan<'a> {
    pub(super) table: &'a Table,
    pub(super) compiler: Compiler<'a>,
    pub(super) conditions: Vec<String>,
}

impl<'a> Rows<'a> {
    /// The table of the rows.
    ///
    /// # Errors
    /// 404 when it is no part of this organisation.
    pub fn table(self, schema: &'a Schema) -> Result<&'a Table, SimError> {
        match self {
            Self::Of(table) => Ok(table),
            Self::Related { navigation, .. } => Ok(related(schema, navigation, "?", ROOT)?.table),
        }
    }

    pub(super) fn scan(self, context: &'a OrgContext<'_>) -> Result<Scan<'a>, SimError> {
        let scene = Scene {
            schema: &context.schema,
            now: context.now,
            caller: context.caller,
        };
        match self {
            Self::Of(table) => Ok(Scan {
                table,
                compiler: Compiler::new(scene, table),
                conditions: Vec::new(),
            }),
            Self::Related { id, navigation } => {
                let related = related(scene.schema, navigation, "?", ROOT)?;
                let mut compiler = Compiler::over_related(scene, &related);
                compiler.parameters.push(guid(id));
                Ok(Scan {
                    table: related.table,
                    compiler,
                    conditions: vec![related.condition],
                })
            }
        }
    }
}

impl Scan<'_> {
    pub(super) fn filter(&mut self, options: &Options) -> Result<(), SimError> {
        if let Some(filter) = &options.filter {
            self.conditions.push(self.compiler.condition(filter)?);
        }
        Ok(())
    }

    /// Leaves out what a token says was on earlier pages, and tells the number of this page.
    pub(super) fn begin_after(
        &mut self,
        options: &Options,
        terms: &[Term],
    ) -> Result<u32, SimError> {
        let Some(token) = &options.skip_token else {
            return Ok(1);
        };
        let place = cookie::decode(token)?;
        let values = place_values(terms, &place.last).ok_or_else(cookie::malformed)?;
        let (condition, parameters) = after(terms, &values);
        self.conditions.push(condition);
        self.compiler.parameters.extend(parameters);
        Ok(place.next_page)
    }

    pub(super) fn where_clause(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }

    /// Counts up to one more than [`MAX_COUNT`].
    pub(super) fn count_statement(&self) -> String {
        format!(
            "SELECT count(*) FROM (SELECT 1 FROM {}{} LIMIT {})",
            self.compiler.source(),
            self.where_clause(),
            MAX_COUNT + 1
        )
    }
}

/// Runs a statement that counts.
///
/// # Errors
/// When SQLite fails.
pub fn counted(
    context: &OrgContext<'_>,
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached(&scoped(context, sql)?)?
        .query_row(params_from_iter(parameters), |row| row.get(0))?)
}
