//! The tables that a lookup may point at.

use crate::schema::{ColumnKind, OneToMany, SchemaParts};

/// Takes the target of a deleted relationship out of its lookup.
pub(super) fn forget_target(parts: &mut SchemaParts, relationship: &OneToMany) {
    let (table, column) = (
        &relationship.referencing,
        &relationship.referencing_attribute,
    );
    if let Some(targets) = targets_mut(parts, table, column) {
        targets.retain(|target| *target != relationship.referenced);
    }
}

/// The targets of a lookup, to be changed.
pub(super) fn targets_mut<'p>(
    parts: &'p mut SchemaParts,
    table: &str,
    column: &str,
) -> Option<&'p mut Vec<String>> {
    let place = parts.table_mut(table)?;
    let mut columns = place.columns.iter_mut();
    let found = columns.find(|known| known.logical_name.eq_ignore_ascii_case(column))?;
    match &mut found.kind {
        ColumnKind::Lookup { targets } | ColumnKind::Customer { targets } => Some(targets),
        _ => None,
    }
}
