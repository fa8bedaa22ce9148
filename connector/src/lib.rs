//! The Dynamics 365 connector.
//!
//! Plain Rust over the SDK's transport, so that all of it compiles natively: [`webapi`] speaks the
//! protocol, [`tables`], [`columns`] and [`operations`] know the organisation's metadata, [`session`] joins them
//! for one call, [`actions`], [`triggers`] and [`discovery`] are what it offers, [`dialects`] what other systems call it, and
//! [`Dynamics`] gathers that.

pub mod actions;
pub mod columns;
pub mod connections;
pub mod dialects;
pub mod discovery;
mod dynamics;
pub mod operations;
pub mod session;
pub mod tables;
pub mod triggers;
pub mod webapi;

pub use dynamics::Dynamics;

airlock_connector::export!(Dynamics);
