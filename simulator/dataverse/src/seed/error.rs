//! Why rows could not be written or a seed is none.

use crate::rows::StoreError;

/// A seed that cannot be understood or written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The text is no seed.
    #[error(
        "`{0}` is no seed; use `small`, a number of rows, or `rows=N` with an optional `,table=account`, `contact` or `lead`"
    )]
    Unknown(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
