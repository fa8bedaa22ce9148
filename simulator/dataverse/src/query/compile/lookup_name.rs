//! What people see in place of an id or a number, as an SQL expression: the primary name of the row that a lookup points
//! at, the label of a choice.
//!
//! Layer: query, pure. It is a lookup's formatted value and its sort key.

use std::fmt::Write;

use crate::rows::storage::layout::{quoted, text_constant, type_column};
use crate::schema::{Column, OptionSet, Schema, Table};

/// A scalar subquery; `NULL` when no target table has names. `alias` is the row that holds the lookup.
pub fn lookup_name(schema: &Schema, alias: &str, column: &Column) -> String {
    let targets: Vec<&Table> = column
        .targets()
        .iter()
        .filter_map(|target| schema.table(target))
        .filter(|table| !table.primary_name.is_empty())
        .collect();
    let reference = format!("{alias}.{}", quoted(&column.logical_name));
    if column.targets().len() < 2 {
        return targets
            .first()
            .map_or_else(|| "NULL".to_owned(), |table| name_of(table, &reference));
    }
    if targets.is_empty() {
        return "NULL".to_owned();
    }
    let mut sql = format!("(CASE {alias}.{}", type_column(column));
    for table in targets {
        let _ = write!(
            sql,
            " WHEN {} THEN {}",
            text_constant(&table.logical_name),
            name_of(table, &reference)
        );
    }
    sql.push_str(" END)");
    sql
}

/// The same as a sort key, which has no regard for case either.
pub fn lookup_key(schema: &Schema, alias: &str, column: &Column) -> String {
    format!("({} COLLATE NOCASE)", lookup_name(schema, alias, column))
}

/// The label of a choice as an SQL expression: FetchXML sorts and compares by what people see.
pub fn choice_label(sql: &str, options: &OptionSet) -> String {
    let mut cases = String::new();
    for option in &options.options {
        let label = text_constant(option.label.text());
        let _ = write!(cases, " WHEN {} THEN {label}", option.value);
    }
    if cases.is_empty() {
        return "NULL".to_owned();
    }
    format!("((CASE {sql}{cases} END) COLLATE NOCASE)")
}

fn name_of(table: &Table, reference: &str) -> String {
    format!(
        "(SELECT n.{} FROM {} AS n WHERE n.{} = {reference})",
        quoted(&table.primary_name),
        quoted(&table.logical_name),
        quoted(&table.primary_id)
    )
}
