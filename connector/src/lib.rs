//! The Dynamics 365 connector.
//!
//! The domain is plain Rust over a small transport trait and compiles natively: [`webapi`] speaks
//! the protocol, [`tables`] and [`columns`] know the organisation's metadata, [`actions`],
//! [`discovery`] and [`triggers`] are what it offers and [`manifest`] what it says of that. Only
//! this file, `contract` and `wasi` know that it runs as a component: contract types in, domain
//! types out, nothing else.

pub mod actions;
pub mod by_name;
pub mod columns;
pub mod discovery;
pub mod manifest;
pub mod tables;
pub mod triggers;
pub mod webapi;

#[cfg(target_arch = "wasm32")]
use airlock_guest as _;

#[cfg(target_arch = "wasm32")]
mod contract;
#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod wasi;
