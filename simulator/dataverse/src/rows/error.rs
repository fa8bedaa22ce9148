//! Why the store itself failed.
//!
//! Layer: rows, the ground.

use crate::http::SimError;

/// Why the store itself failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite could not do it.
    #[error("the row store failed: {0}")]
    Database(String),
    /// Rows were given for a table that the schema lacks.
    #[error("there is no table `{0}`")]
    NoTable(String),
    /// Cells were given for a column that its table lacks.
    #[error("there is no column `{0}` in the table `{1}`")]
    NoColumn(String, String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<rusqlite::Error> for SimError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<StoreError> for SimError {
    fn from(error: StoreError) -> Self {
        Self::unexpected(error)
    }
}
