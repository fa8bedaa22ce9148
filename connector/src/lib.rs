//! The Dynamics 365 connector.
//!
//! The domain (`webapi`, `tables`, `columns`) is plain Rust over a small transport trait: it knows
//! neither the contract nor WASI, compiles natively and is tested in milliseconds.

pub mod columns;
pub mod tables;
pub mod webapi;
