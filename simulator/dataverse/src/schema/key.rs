//! Alternate keys: column combinations that identify a row besides its primary id.

use serde::{Deserialize, Serialize};

use super::{Facts, Label};

/// An alternate key of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlternateKey {
    /// Schema name, as in metadata.
    pub schema_name: String,
    /// Lower-case name, the address in `/Keys(LogicalName='…')`.
    pub logical_name: String,
    /// Name for people; a violated key is reported under it.
    pub display_name: Label,
    /// Logical names of the columns, in key order. A lookup column is listed by its logical name, and addressed
    /// in URLs by its `_x_value` name.
    pub columns: Vec<String>,
    /// Only an active key can address rows and guards uniqueness.
    pub status: KeyStatus,
    /// Identity, history and settings.
    #[serde(default)]
    pub facts: Facts,
}

/// State of the index behind a key (`EntityKeyIndexStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStatus {
    /// The index job has not started.
    Pending,
    /// The index is being built.
    InProgress,
    /// The key works.
    Active,
    /// The index could not be built, as when rows already collide.
    Failed,
}
