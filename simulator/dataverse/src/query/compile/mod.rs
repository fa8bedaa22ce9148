//! Expressions and sort keys to SQL with bound parameters.
//!
//! Layer: query, pure: schema in, text and values out. A path through lookups becomes a left join, a lambda becomes
//! `EXISTS`. Values are never part of the text; names in it come from the schema, not from the request.

mod condition;
mod constant;
mod functions;
mod hierarchy;
mod lookup_name;
mod operator;
mod order;
mod relation;
mod temporal;

use std::fmt::Write;

use rusqlite::types::Value;
use time::OffsetDateTime;

use crate::http::SimError;
use crate::organisation::Caller;
use crate::rows::storage::layout::{Encoding, quoted, sql_column, text_constant, type_column};
use crate::rows::storage::unions;
use crate::schema::{Column, ColumnKind, Navigation, OneToMany, Schema, Table};

use super::ast::Path;

pub use condition::{balanced, compared};
pub use constant::loose_value;
pub use lookup_name::{choice_label, lookup_key, lookup_name};
pub use operator::{Arity, Misuse, comparison};
pub use order::{Term, after, order_by, place_values, terms};
pub use relation::{Related, related};
pub use temporal::date_part;

/// Name of the queried row in every statement.
pub const ROOT: &str = "t0";

/// Lookups that one query may follow: SQLite joins at most 64 tables.
const MAX_JOINS: usize = 50;

/// What a query may depend on besides its text.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The tables.
    pub schema: &'a Schema,
    /// The time of the request.
    pub now: OffsetDateTime,
    /// Who asks.
    pub caller: Caller,
}

/// A query being compiled: its tables, its joins and its parameters so far.
pub struct Compiler<'a> {
    scene: Scene<'a>,
    scopes: Vec<Scope<'a>>,
    aliases: usize,
    /// Parameters in the order of their marks in the text compiled so far.
    pub parameters: Vec<Value>,
}

/// One `FROM`: the queried table, or the table behind a lambda's variable.
struct Scope<'a> {
    table: &'a Table,
    alias: String,
    /// What stands behind `FROM` before any lookup is followed.
    from: String,
    variable: Option<String>,
    joins: Vec<Join<'a>>,
}

/// A lookup followed.
struct Join<'a> {
    from: String,
    relationship: &'a OneToMany,
    alias: String,
    table: &'a Table,
    /// The table that holds the lookup.
    referencing: &'a Table,
}

/// A property found at the end of a path.
#[derive(Clone)]
pub struct Property<'a> {
    /// The table that has it.
    pub table: &'a Table,
    /// The column behind it.
    pub column: &'a Column,
    /// The qualified, quoted SQL column.
    pub sql: String,
    /// Alias of the row that has it.
    pub alias: String,
    /// How its values are kept.
    pub encoding: Encoding,
    /// Whether the path named the navigation property in place of the value.
    pub is_navigation: bool,
}

impl<'a> Compiler<'a> {
    /// A query over `table`, whose rows are [`ROOT`].
    pub fn new(scene: Scene<'a>, table: &'a Table) -> Self {
        Self::over(
            scene,
            table,
            format!("{} AS {ROOT}", quoted(&table.logical_name)),
        )
    }

    /// A query over the rows that a collection-valued navigation property leads to. Its condition takes the parent's id
    /// as its first parameter.
    pub fn over_related(scene: Scene<'a>, related: &Related<'a>) -> Self {
        Self::over(scene, related.table, related.source(ROOT))
    }

    fn over(scene: Scene<'a>, table: &'a Table, from: String) -> Self {
        let root = Scope {
            table,
            alias: ROOT.to_owned(),
            from,
            variable: None,
            joins: Vec::new(),
        };
        Self {
            scene,
            scopes: vec![root],
            aliases: 0,
            parameters: Vec::new(),
        }
    }

    /// What the query may depend on.
    pub fn scene(&self) -> Scene<'a> {
        self.scene
    }

    /// `"account" AS t0 LEFT JOIN …`: the queried table and every lookup that was followed.
    pub fn source(&self) -> String {
        self.scopes.first().map(Scope::source).unwrap_or_default()
    }

    /// Follows a lookup from the row `alias` of `referencing` and tells the alias of the row behind it.
    pub fn follow(
        &mut self,
        alias: &str,
        referencing: &'a Table,
        relationship: &'a OneToMany,
    ) -> Result<(String, &'a Table), SimError> {
        let schema = self.scene.schema;
        let table = schema.table(&relationship.referenced).ok_or_else(|| {
            SimError::unknown_property(
                &relationship.referencing_navigation,
                &referencing.logical_name,
            )
        })?;
        let known = self
            .scopes
            .iter()
            .flat_map(|scope| &scope.joins)
            .find(|join| join.from == alias && std::ptr::eq(join.relationship, relationship));
        if let Some(join) = known {
            return Ok((join.alias.clone(), join.table));
        }
        if self
            .scopes
            .iter()
            .map(|scope| scope.joins.len())
            .sum::<usize>()
            >= MAX_JOINS
        {
            return Err(SimError::bad_url(format!(
                "The query follows more than {MAX_JOINS} lookups."
            )));
        }
        let name = self.new_alias('j');
        let join = Join {
            from: alias.to_owned(),
            relationship,
            alias: name.clone(),
            table,
            referencing,
        };
        let scope = self.scopes.iter_mut().rev().find(|scope| {
            scope.alias == alias || scope.joins.iter().any(|join| join.alias == alias)
        });
        if let Some(scope) = scope {
            scope.joins.push(join);
        }
        Ok((name, table))
    }

    /// The property at the end of a path, following lookups on the way.
    pub fn property(&mut self, path: &Path) -> Result<Property<'a>, SimError> {
        let (mut table, mut alias, segments) = self.start(path)?;
        let Some((last, lookups)) = segments.split_last() else {
            return Err(SimError::bad_url(
                "The $filter expression must evaluate to a single boolean value.",
            ));
        };
        for segment in lookups {
            match table.navigation(segment) {
                Some(Navigation::ManyToOne(relationship)) => {
                    (alias, table) = self.follow(&alias, table, relationship)?;
                }
                Some(_) => {
                    return Err(SimError::bad_url(format!(
                        "The parent value for a property access of a property '{last}' is not a single value. Property \
                         access can only be applied to a single value."
                    )));
                }
                None => {
                    // A managed property is compared by what it holds.
                    let held = table
                        .property(segment)
                        .filter(|column| matches!(column.kind, ColumnKind::ManagedProperty))
                        .filter(|_| last == "Value");
                    let column = held
                        .ok_or_else(|| SimError::unknown_property(segment, &table.logical_name))?;
                    return self.column(table, alias, column, false);
                }
            }
        }
        let (column, is_navigation) = match (table.property(last), table.navigation(last)) {
            (Some(column), _) => (column, false),
            (None, Some(Navigation::ManyToOne(relationship))) => {
                let column = table
                    .column(&relationship.referencing_attribute)
                    .ok_or_else(|| SimError::unknown_property(last, &table.logical_name))?;
                (column, true)
            }
            _ => return Err(SimError::unknown_property(last, &table.logical_name)),
        };
        self.column(table, alias, column, is_navigation)
    }

    /// The property behind a column name in a Dataverse function, always one of the queried table.
    fn named_property(&mut self, name: &str) -> Result<Property<'a>, SimError> {
        let Some(scope) = self.scopes.first() else {
            return Err(SimError::bad_url("The query has no table."));
        };
        let (table, alias) = (scope.table, scope.alias.clone());
        let column = table
            .property(name)
            .or_else(|| table.column(name))
            .ok_or_else(|| SimError::unknown_property(name, &table.logical_name))?;
        self.column(table, alias, column, false)
    }

    /// A column of the row `alias`.
    ///
    /// # Errors
    /// When the column is not kept, as pictures and files are not.
    pub fn column(
        &self,
        table: &'a Table,
        alias: String,
        column: &'a Column,
        is_navigation: bool,
    ) -> Result<Property<'a>, SimError> {
        let encoding = Encoding::of_kind(&column.kind).ok_or_else(|| {
            SimError::not_simulated(format_args!(
                "comparing the column '{}'",
                column.logical_name
            ))
        })?;
        let sql = format!("{alias}.{}", sql_column(table, column));
        Ok(Property {
            table,
            column,
            sql,
            alias,
            encoding,
            is_navigation,
        })
    }

    /// Where a path starts: at a lambda's variable, or at the queried table.
    fn start<'p>(&self, path: &'p Path) -> Result<(&'a Table, String, &'p [String]), SimError> {
        let first = path.segments.first().map(String::as_str);
        let scope = self
            .scopes
            .iter()
            .rev()
            .find(|scope| scope.variable.as_deref() == first && first.is_some());
        let (scope, segments) = match scope {
            Some(scope) => (Some(scope), path.segments.get(1..).unwrap_or_default()),
            None => (self.scopes.first(), path.segments.as_slice()),
        };
        let scope = scope.ok_or_else(|| SimError::bad_url("The query has no table."))?;
        Ok((scope.table, scope.alias.clone(), segments))
    }

    /// A name that no row of the statement goes by yet.
    pub fn new_alias(&mut self, letter: char) -> String {
        self.aliases += 1;
        format!("{letter}{}", self.aliases)
    }
}

impl Scope<'_> {
    fn source(&self) -> String {
        let mut sql = self.from.clone();
        for join in &self.joins {
            // Writing into a String never fails.
            let _ = write!(
                sql,
                " LEFT JOIN {} AS {alias} ON {alias}.{} = {}.{}",
                quoted(&join.table.logical_name),
                quoted(&join.table.primary_id),
                join.from,
                quoted(&join.relationship.referencing_attribute),
                alias = join.alias,
            );
            sql.push_str(&target_condition(
                join.referencing,
                join.relationship,
                &join.from,
            ));
        }
        sql
    }
}

/// ` AND x."customerid$type" = 'account'` where a reference may point at several tables, nothing elsewhere. An owner or
/// an activity is whatever it is: the relationship is with the union of all of them.
fn target_condition(referencing: &Table, relationship: &OneToMany, alias: &str) -> String {
    if unions::is_union(&relationship.referenced) {
        return String::new();
    }
    match referencing.column(&relationship.referencing_attribute) {
        Some(column) if Encoding::of(column) == Some(Encoding::Reference { polymorphic: true }) => {
            format!(
                " AND {alias}.{} = {}",
                type_column(column),
                text_constant(&relationship.referenced)
            )
        }
        _ => String::new(),
    }
}
