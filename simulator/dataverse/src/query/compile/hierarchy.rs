//! Operators that walk: down or up a table's own hierarchy, and from a user to reports and teams.
//!
//! Layer: query, pure. A loop in the rows ends the walk: `UNION` visits each row once.

use crate::rows::storage::{encoding::guid, layout::quoted};
use crate::schema::{Schema, Table};

use super::operator::Misuse;
use super::{Compiler, Property};

impl Compiler<'_> {
    /// `EqualUserTeams` and its kin: the caller, the caller's teams, and the users that report to the caller.
    pub(super) fn of_caller(&mut self, property: &Property<'_>, operator: &str) -> String {
        let schema = self.scene.schema;
        let user = self.scene.caller.user_id;
        let mut tests = Vec::new();
        if operator.contains("OrUser") {
            tests.push(self.equals(property, guid(user), false));
        }
        if operator.contains("Hierarchy")
            && let Some(table) = schema.table("systemuser")
            && let Some(parent) = parent_column(table)
        {
            self.parameters.push(guid(user));
            tests.push(format!("{} IN ({})", property.sql, below(table, &parent)));
        }
        if operator.ends_with("Teams") && schema.table("teammembership").is_some() {
            self.parameters.push(guid(user));
            tests.push(teams(&property.sql));
        }
        match tests.as_slice() {
            [] => "0".to_owned(),
            _ => format!("({})", tests.join(" OR ")),
        }
    }

    /// Walks the table's own hierarchy, down for `Under` and up for `Above`.
    pub(super) fn hierarchy(
        &mut self,
        property: &Property<'_>,
        operator: &str,
        values: &[String],
    ) -> Result<String, Misuse> {
        let table = hierarchy_of(self.scene.schema, property).ok_or(Misuse::Flat)?;
        let parent = parent_column(table).ok_or(Misuse::Flat)?;
        let start = values.first().map(String::as_str).unwrap_or_default();
        self.loose(property, 0, start)?;
        let walk = if operator.starts_with("Above") {
            above(table, &parent)
        } else {
            below(table, &parent)
        };
        let sql = &property.sql;
        if operator.ends_with("OrEqual") {
            return Ok(format!("{sql} IN ({walk})"));
        }
        if operator == "NotUnder" {
            return Ok(format!("({sql} IS NULL OR {sql} NOT IN ({walk}))"));
        }
        self.loose(property, 0, start)?;
        Ok(format!("({sql} IN ({walk}) AND {sql} <> ?)"))
    }
}

/// The table whose hierarchy a column's values are places in: the column's own for a primary id, the target's for a lookup.
fn hierarchy_of<'a>(schema: &'a Schema, property: &Property<'a>) -> Option<&'a Table> {
    match property.column.targets() {
        [] => (property.column.logical_name == property.table.primary_id).then_some(property.table),
        [target] => schema.table(target),
        _ => None,
    }
}

fn parent_column(table: &Table) -> Option<String> {
    let parent = table.many_to_one().iter().find(|relationship| {
        relationship.is_hierarchical && relationship.referenced == table.logical_name
    })?;
    Some(quoted(&parent.referencing_attribute))
}

fn below(table: &Table, parent: &str) -> String {
    let (name, id) = (quoted(&table.logical_name), quoted(&table.primary_id));
    walk(&format!(
        "SELECT c.{id} FROM {name} AS c JOIN h ON c.{parent} = h.id"
    ))
}

fn above(table: &Table, parent: &str) -> String {
    let (name, id) = (quoted(&table.logical_name), quoted(&table.primary_id));
    walk(&format!(
        "SELECT c.{parent} FROM {name} AS c JOIN h ON c.{id} = h.id WHERE c.{parent} IS NOT NULL"
    ))
}

fn walk(step: &str) -> String {
    format!("WITH RECURSIVE h(id) AS (VALUES (?) UNION {step}) SELECT id FROM h")
}

fn teams(sql: &str) -> String {
    format!("{sql} IN (SELECT \"teamid\" FROM \"teammembership\" WHERE \"systemuserid\" = ?)")
}
