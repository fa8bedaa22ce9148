//! An organisation's own `$metadata` document, turned into a schema: how the simulator takes the shape of any organisation.
//!
//! Layer: schema, pure but for reading the file. The document says what tables, columns, navigation properties and keys
//! there are; what it cannot say (labels, lengths, states, cascades) is filled in as a new table would have it. The tables
//! that the simulator brings stay, and keep what they know; the document adds to them.

mod bases;
mod choices;
mod columns;
mod declared;
mod document;
mod error;
mod imported;
mod intersects;
mod keys;
mod lookups;
mod losses;
mod maker;
mod members;
mod merge;
mod model;
mod names;
mod tables;
mod ties;
mod xml;

use std::path::Path;

pub use error::ImportError;

use super::definition::DefinitionError;
use super::standard;
pub use imported::Imported;

/// Reads a `$metadata` document from a file.
///
/// # Errors
/// When the file cannot be read or is no such document; the text says where and what to do.
pub fn import_file(path: &Path) -> Result<Imported, ImportError> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| ImportError::Unreadable {
        path: shown.clone(),
        source,
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        ImportError::at(
            xml::line_of(before),
            "the file is not UTF-8 text",
            "Save it as UTF-8, as the service sends it.",
        )
        .in_file(&shown)
    })?;
    import(&text).map_err(|error| error.in_file(&shown))
}

/// Reads a `$metadata` document.
///
/// # Errors
/// When the text is no such document.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let document = document::read(text)?;
    let base = standard().map_err(|error: DefinitionError| ImportError::Base(error.to_string()))?;
    tables::build(&document, base)
}

#[cfg(test)]
mod tests;
