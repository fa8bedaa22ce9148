//! What can be called in an organisation: its functions and actions, as `$metadata` describes them.
//!
//! Pure: [`csdl`] reads the document, [`model`] holds what is kept of it, [`find`] tells which operation a
//! person means. Who asks the service for the document is the catalogue of [`crate::tables`].

pub mod csdl;
pub mod find;
pub mod model;
pub mod words;

#[cfg(test)]
pub(crate) mod testing;
