//! Who and when, for what is written.
//!
//! Layer: rows, the ground.

use crate::organisation::Caller;

/// Who and when, for rows that are written without a request.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// Creator and owner.
    pub caller: Caller,
    /// `createdon` and `modifiedon`.
    pub now: time::OffsetDateTime,
}
