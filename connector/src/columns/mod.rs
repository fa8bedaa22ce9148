//! What people write, turned into what the wire wants: names, values, references and keys.
//!
//! Reading a value is pure and per kind; [`row`](mod@row), [`key`](mod@key) and [`names`] bring the metadata that
//! a value needs and no more. Every fault names its place in the input and what would be right.

mod address;
mod bind;
mod bounds;
pub mod choice;
mod clear;
pub mod date;
pub mod difference;
pub mod explain;
mod filter_words;
mod find;
mod internal;
pub mod key;
pub mod names;
pub mod number;
mod option;
mod owners;
mod pairs;
pub mod reference;
mod relation;
pub mod row;
pub mod scalar;
pub(crate) mod words;

pub use explain::explain;
pub use key::{key, key_since};
pub use names::{expand, order_by, select};
pub use relation::{Related, Relation, related, relations};
pub use row::{Purpose, Row, row, row_since};

use crate::{tables::Catalog, webapi::Client};

/// One organisation: how to ask it, and what is known of it.
#[derive(Debug)]
pub struct Organisation<'a, T> {
    /// Asks.
    pub client: &'a Client<T>,
    /// Remembers.
    pub catalog: &'a Catalog,
}

impl<'a, T> Organisation<'a, T> {
    /// The organisation behind `client`.
    #[must_use]
    pub fn new(client: &'a Client<T>, catalog: &'a Catalog) -> Self {
        Self { client, catalog }
    }
}

impl<T> Clone for Organisation<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Organisation<'_, T> {}
