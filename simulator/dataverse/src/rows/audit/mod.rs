//! Audit: what was changed of a row, by whom, and what it was before, as rows of `audit`.
//!
//! Layer: rows, above [`storage`](super::storage), below whatever writes rows and whatever tells their history. Nothing is
//! looked at twice while a table's switch is off, which is how every table begins.

mod change;
mod entry;
mod told;

/// The table of entries.
pub const TABLE: &str = "audit";
/// The privilege to read entries.
pub const READ: &str = "prvReadAuditSummary";
/// The privilege to be told the history of a row that one can read.
pub const HISTORY: &str = "prvReadRecordAuditHistory";

pub use change::{Change, changes};
pub use entry::{before, changed, created, deleted};
pub use told::{Reader, Side};
