//! What keeps rows from becoming CSV.

use std::io;

/// Why rows did not become CSV.
#[derive(Debug)]
pub enum CsvError {
    /// They could not be written.
    Write(io::Error),
    /// They could not be kept until every column is known.
    Keep(io::Error),
    /// What came is no row.
    Row(String),
}

impl From<io::Error> for CsvError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl From<serde_json::Error> for CsvError {
    fn from(error: serde_json::Error) -> Self {
        Self::Row(format!("a row is not JSON: {error}"))
    }
}
