//! What a batch as a whole must be.
//!
//! Layer: batch, the ground.

use crate::http::SimError;

/// Requests in one batch, those of its change sets included.
pub(super) const MAX_OPERATIONS: usize = 1_000;

/// 400: the batch as a whole makes no sense. Its texts are those of Microsoft's OData library, its code is assumed.
pub(super) fn malformed(message: impl Into<String>) -> SimError {
    SimError::bad_url(message)
}
