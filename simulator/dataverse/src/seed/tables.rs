//! Tables as rows of `entity`, for what refers to tables as to rows.
//!
//! Layer: seed.

use super::keep::keep;
use super::names::SYSTEM_SOLUTION;
use super::writer::{Writer, text, whole};
use crate::rows::{Cell, RowStore, StoreError};
use crate::schema::Schema;

/// Brings these rows in line with the tables.
pub(super) fn follow(
    writer: &Writer<'_>,
    rows: &RowStore,
    schema: &Schema,
) -> Result<(), StoreError> {
    let wanted = schema
        .tables()
        .iter()
        .map(|table| (table.metadata_id(), table));
    let new = keep(rows, "entity", "entityid", wanted.collect())?;
    let cells = new.into_iter().map(|(id, table)| {
        vec![
            Cell::Guid(id),
            text(&table.schema_name),
            text(&table.logical_name),
            text(&table.entity_set_name),
            text(&table.entity_set_name),
            text(table.display_name.text()),
            whole(i64::from(table.object_type_code)),
            Cell::Bool(table.is_activity),
            Cell::Bool(!table.is_custom),
            Cell::Guid(SYSTEM_SOLUTION),
        ]
    });
    let columns = [
        "entityid",
        "name",
        "logicalname",
        "entitysetname",
        "logicalcollectionname",
        "originallocalizedname",
        "objecttypecode",
        "isactivity",
        "ismanaged",
        "solutionid",
    ];
    writer.insert("entity", &columns, cells).map(drop)
}
