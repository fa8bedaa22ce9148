//! Dataverse search: rows of several tables found by words, in one list by relevance.
//!
//! Layer: beside [`operations`](crate::operations), above [`rows`](crate::rows). Words are kept in full-text tables of an
//! SQLite database in memory ([`index`]), which follows the rows by their versions and costs nothing until somebody
//! searches. What a caller types becomes an [`expression`], its leaves become matches, and the hits are read through the
//! data API as that caller, so that nobody finds what he may not see. [`wire`] has the two shapes of the service:
//! `/api/search/v1.0`, whose parameters are JSON, and v2.0 with the operations of the Web API, whose parameters are JSON
//! written into texts.

mod ask;
mod evaluate;
mod expression;
mod facet;
mod filter;
mod hit;
mod index;
mod near;
mod order;
mod refusal;
mod run;
mod status;
mod suggest;
mod syntax;
mod wire;
mod word;

pub use ask::{Ask, Mode, Scope, Syntax};
pub use expression::Expression;
pub use index::Index;
pub use syntax::parse;
pub use wire::{ROOT, handle, operation};
