//! Operations of an organisation's own, declared in a file: what custom APIs are in the real service.
//!
//! Layer: operations, beside [`standard`](super::standard). A file is read once, checked against the tables of the
//! organisation, and becomes ordinary operations: `$metadata`, the reading of calls and the refusals are theirs too
//! (reference §6.1). `examples/operations.toml` shows every part of one.

mod answer;
mod check;
mod compile;
mod condition;
mod error;
mod file;
mod path;
mod scope;
mod step;
mod template;

use std::path::Path;

use crate::schema::Schema;

use super::operation::Operation;
pub use error::CustomError;

/// The operations that a file declares.
#[derive(Clone, Debug, Default)]
pub struct CustomOperations {
    file: file::File,
}

impl CustomOperations {
    /// Understands the text of a file.
    ///
    /// # Errors
    /// For what is no TOML or no declaration of operations. What they say about tables is checked when the simulator starts.
    pub fn parse(text: &str) -> Result<Self, CustomError> {
        let file = toml::from_str(text).map_err(|error| CustomError::Syntax(error.to_string()))?;
        Ok(Self { file })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`CustomOperations::parse`], and when the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, CustomError> {
        let text = std::fs::read_to_string(path).map_err(|reason| CustomError::Read {
            path: path.display().to_string(),
            reason,
        })?;
        Self::parse(&text)
    }

    /// These and those of another file.
    pub(crate) fn extend(&mut self, other: Self) {
        self.file.operations.extend(other.file.operations);
    }

    /// The operations for an organisation with these tables.
    ///
    /// # Errors
    /// When an operation names what the organisation does not have, or contradicts itself.
    pub(crate) fn operations(&self, schema: &Schema) -> Result<Vec<Operation>, CustomError> {
        check::names(&self.file.operations)?;
        self.file
            .operations
            .iter()
            .map(|entry| {
                compile::operation(entry, schema).map_err(|reason| CustomError::Operation {
                    operation: entry.name.clone(),
                    reason,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
