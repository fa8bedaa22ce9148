//! Statements in which every table shows only the rows that the caller may read.
//!
//! Layer: security. A common table expression with the name of a table stands for it in the whole statement, however deep:
//! conditions, links, expanded rows, counts and sums are narrowed with it.

use std::borrow::Cow;
use std::fmt::Write;

use uuid::Uuid;

use crate::organisation::OrgContext;
use crate::rows::StoreError;
use crate::rows::storage::layout::quoted;
use crate::rows::storage::unions::is_union;
use crate::schema::Table;

use super::check::restrictions;
use super::privilege::{Access, Depth};
use super::rights::Rights;

/// The statement as the caller may run it.
///
/// # Errors
/// When the store fails.
pub fn scoped<'s>(context: &OrgContext<'_>, sql: &'s str) -> Result<Cow<'s, str>, StoreError> {
    let restrictions = restrictions(context)?;
    if restrictions.is_empty() {
        return Ok(Cow::Borrowed(sql));
    }
    let mut scopes = String::new();
    for table in context.schema.tables() {
        let name = quoted(&table.logical_name);
        if is_union(&table.logical_name) || !sql.contains(&*name) {
            continue;
        }
        let conditions: Vec<String> = restrictions
            .iter()
            .filter_map(|rights| condition(rights, table))
            .collect();
        if conditions.is_empty() {
            continue;
        }
        scopes.push_str(if scopes.is_empty() { "WITH " } else { ", " });
        // Writing into a String never fails.
        let _ = write!(
            scopes,
            "{name} AS NOT MATERIALIZED (SELECT * FROM main.{name} WHERE {})",
            conditions.join(" AND ")
        );
    }
    if scopes.is_empty() {
        return Ok(Cow::Borrowed(sql));
    }
    Ok(Cow::Owned(format!("{scopes} {sql}")))
}

/// Which rows somebody may read; `None` for all.
fn condition(rights: &Rights, table: &Table) -> Option<String> {
    let depth = match rights.depth(table, Access::Read) {
        None => return Some("0".to_owned()),
        Some(Depth::Global) => return None,
        Some(depth) => depth,
    };
    let principals = list(&rights.principals);
    let mut ways = vec![
        format!("\"ownerid\" IN ({principals})"),
        format!(
            "{} IN (SELECT \"objectid\" FROM main.\"principalobjectaccess\" WHERE \"principalid\" IN ({principals}) \
             AND (coalesce(\"accessrightsmask\", 0) | coalesce(\"inheritedaccessrightsmask\", 0)) & {} <> 0)",
            quoted(&table.primary_id),
            Access::Read.bit()
        ),
    ];
    match depth {
        Depth::Local => ways.push(format!("\"owningbusinessunit\" = {}", list(&[rights.unit]))),
        Depth::Deep => ways.push(format!(
            "\"owningbusinessunit\" IN ({})",
            list(&rights.units)
        )),
        Depth::Basic | Depth::Global => {}
    }
    Some(format!("({})", ways.join(" OR ")))
}

fn list(ids: &[Uuid]) -> String {
    let ids = ids.iter().map(|id| format!("x'{}'", id.simple()));
    ids.collect::<Vec<_>>().join(",")
}
