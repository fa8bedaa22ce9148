//! The organisation's own shape: tables, columns, relationships, choices and keys, read and changed.

mod cascade;
mod change;
mod choices;
mod column_kind;
mod columns;
mod keys;
mod label;
mod list_entity_types;
mod option;
mod place;
mod publish;
mod publish_customizations;
mod read;
mod relationships;
mod set_auditing;
mod set_change_tracking;
mod tables;
mod written;

#[cfg(test)]
mod tests;

pub use choices::{CreateChoice, DeleteChoice, GetChoice, ListChoices, UpdateChoice};
pub use columns::{CreateColumn, DeleteColumn, GetColumn, ListColumns, UpdateColumn};
pub use keys::{CreateKey, DeleteKey, ListKeys, ReactivateKey};
pub use list_entity_types::ListEntityTypes;
pub use publish_customizations::PublishCustomizations;
pub use relationships::{
    CreateRelationship, DeleteRelationship, GetRelationship, ListRelationships, UpdateRelationship,
};
pub use set_auditing::SetAuditing;
pub use set_change_tracking::SetChangeTracking;
pub use tables::{CreateTable, DeleteTable, GetTable, ListTables, UpdateTable};
