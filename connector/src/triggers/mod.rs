//! What the connector can watch for: one declaration and one function per trigger, in a folder each.
//!
//! A new trigger is a new folder and one more line in the list below; nothing else names it.

pub mod event;
mod moment;
pub mod row_changes;
pub mod rows_modified;

#[cfg(test)]
pub(crate) mod testing;

use airlock_connector::{Transport, TriggerEntry};

use crate::session::Dataverse;

/// Every trigger, in the order in which a person should meet them.
#[must_use]
pub fn all<T: Transport>() -> &'static [TriggerEntry<Dataverse, T>] {
    const {
        &[
            TriggerEntry::of::<row_changes::RowChanges>(),
            TriggerEntry::of::<rows_modified::RowsModified>(),
        ]
    }
}
