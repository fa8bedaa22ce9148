//! Facts for a write that belongs to a request.
//!
//! Layer: write.

use super::facts::Facts;

use crate::organisation::OrgContext;
use crate::rows::Origin;
use crate::rows::storage::database::Write;

/// Facts for a write that belongs to a request.
pub fn facts<'w>(context: &'w OrgContext<'_>, write: &'w Write<'_>) -> Facts<'w> {
    Facts::new(
        &context.schema,
        Origin {
            caller: context.caller,
            now: context.now,
        },
        write,
    )
}
