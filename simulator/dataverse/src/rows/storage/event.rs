//! What a write did to a row, for those who asked to be told.
//!
//! Layer: storage, pure data. Events belong to their transaction: they are handed on when it commits and forgotten when it
//! does not.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::organisation::Caller;

use super::draft::Draft;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The row was made.
    Create,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
}

impl Message {
    /// Its name as a message of the service.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Update => "Update",
            Self::Delete => "Delete",
        }
    }
}

/// A change of a row.
#[derive(Clone, Debug)]
pub struct Event {
    /// Logical name of the table.
    pub table: String,
    /// The row.
    pub id: Uuid,
    /// What was done.
    pub message: Message,
    /// Logical names of the columns that the request wrote, changed or not.
    pub given: Vec<String>,
    /// The row before; `None` for one that was made.
    pub before: Option<Draft>,
    /// The row afterwards; `None` for one that was deleted.
    pub after: Option<Draft>,
    /// Who did it.
    pub caller: Caller,
    /// When.
    pub at: OffsetDateTime,
    /// Whether callback registrations are told.
    pub calls_back: bool,
}
