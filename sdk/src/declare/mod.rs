//! What a connector says of itself: plain declarations, and schemas from the types that are really
//! read and written.
//!
//! These are the contract's own terms in plain Rust, so that a connector compiles and is tested
//! without any generated bindings.

mod action;
mod connection;
pub mod schema;
mod trigger;

pub use action::{Declaration, Streams, Traits};
pub use connection::{ConnectionKind, Grant, Oauth, Placement};
pub use trigger::{Delivery, TriggerDeclaration};

/// What a connector is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The connector's own name, such as `dynamics`.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Semantic version of the connector.
    pub version: &'static str,
    /// One paragraph for people.
    pub description: &'static str,
}
