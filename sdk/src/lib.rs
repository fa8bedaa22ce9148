//! What a connector in Rust links.
//!
//! A connector is plain Rust over a small [`Transport`] and compiles natively: it declares its actions
//! and triggers, and everything else (the manifest, the flags of a command line, the check of an input,
//! the dispatch of a call) follows. [`export!`] makes a component of it, which needs nothing of its
//! surroundings but what the contract and `wasi:http` offer.

mod action;
mod answer;
pub mod by_name;
pub mod component;
mod connector;
pub mod declare;
pub mod dispatch;
mod entry;
mod error;
pub mod http;
pub mod input;
pub mod nearest;
mod service;
pub mod stream;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod transport;
mod trigger;

pub use action::{Action, IdempotencyKey};
pub use answer::{Answer, Summary};
pub use connector::{Choice, Connector, Refinement, SessionOf};
pub use entry::{ActionEntry, TriggerEntry};
pub use error::{Error, Failure, FieldError};
pub use service::{Connection, Service};
pub use transport::{Level, Transport, TransportError};
pub use trigger::{Callback, Event, Page, Receipt, Trigger};
