//! Tables that are no tables: users and teams seen as owners, emails and tasks and their kin seen as activities.
//!
//! Layer: storage. Each is a view over its members, so that what is written to one is there in the other.

use crate::schema::{Column, Schema, Table};

use super::layout::{Encoding, VERSION, quoted, stored, text_constant, type_column};

/// Users and teams.
pub const OWNER: &str = "owner";

/// All activities.
pub const ACTIVITY: &str = "activitypointer";

/// Whether a table is a view over others.
pub fn is_union(logical_name: &str) -> bool {
    matches!(logical_name, OWNER | ACTIVITY)
}

/// Whether the rows of a table are among those of a union.
pub fn includes(union: &str, table: &Table) -> bool {
    match union {
        OWNER => table.is_principal,
        ACTIVITY => table.is_activity && table.logical_name != ACTIVITY,
        _ => false,
    }
}

/// Whether a reference to a row of this table is one that a relationship with `referenced` allows.
pub fn fits(referenced: &str, table: &Table) -> bool {
    referenced == table.logical_name || includes(referenced, table)
}

/// The statements that make the views anew.
pub fn views(schema: &Schema) -> Vec<String> {
    [OWNER, ACTIVITY]
        .iter()
        .filter_map(|name| schema.table(name))
        .filter_map(|union| view(schema, union))
        .collect()
}

fn view(schema: &Schema, union: &Table) -> Option<String> {
    let name = quoted(&union.logical_name);
    let members: Vec<String> = schema
        .tables()
        .iter()
        .filter(|table| includes(&union.logical_name, table))
        .map(|member| select(union, member))
        .collect();
    if members.is_empty() {
        return None;
    }
    Some(format!(
        "DROP VIEW IF EXISTS {name}; CREATE VIEW {name} AS {}",
        members.join(" UNION ALL ")
    ))
}

fn select(union: &Table, member: &Table) -> String {
    let columns: Vec<String> = stored(union)
        .flat_map(|(_, column, encoding)| expressions(union, member, column, encoding))
        .collect();
    format!(
        "SELECT {VERSION}, {} FROM {}",
        columns.join(", "),
        quoted(&member.logical_name)
    )
}

/// What stands for a column of the union in one of its members, and for its companion where it has one.
fn expressions(union: &Table, member: &Table, column: &Column, encoding: Encoding) -> Vec<String> {
    let name = column.logical_name.as_str();
    let own = match name {
        id if id == union.primary_id => member.column(&member.primary_id),
        shown if shown == union.primary_name => member.column(&member.primary_name),
        same => member.column(same),
    };
    let stored = own.and_then(|column| Some((column, Encoding::of(column)?)));
    let value = match (name, stored) {
        ("owneridtype" | "activitytypecode", _) => text_constant(&member.logical_name),
        (_, Some((column, _))) => quoted(&column.logical_name),
        (_, None) => "NULL".to_owned(),
    };
    let mut all = vec![format!("{value} AS {}", quoted(name))];
    if encoding == (Encoding::Reference { polymorphic: true }) {
        let target = match stored {
            Some((column, Encoding::Reference { polymorphic: true })) => type_column(column),
            Some((column, _)) => column
                .targets()
                .first()
                .map_or_else(|| "NULL".to_owned(), |target| text_constant(target)),
            None => "NULL".to_owned(),
        };
        all.push(format!("{target} AS {}", type_column(column)));
    }
    all
}
