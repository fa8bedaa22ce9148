//! Definitions that were removed, for those who ask what changed since.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What kind of definition was deleted, under the name that `DeletedMetadata` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DefinitionKind {
    /// A table.
    Entity,
    /// A column.
    Attribute,
    /// A relationship of either kind.
    Relationship,
    /// An alternate key.
    EntityKey,
    /// A choice.
    OptionSet,
}

/// A definition that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// What it was.
    pub kind: DefinitionKind,
    /// Its `MetadataId`.
    pub id: Uuid,
    /// The schema version that no longer has it.
    pub version: u64,
}
