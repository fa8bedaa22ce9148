//! Subscriptions: what happens in a service is found, kept, and handed over.
//!
//! Above the runtime, which polls a trigger once, and the store, which keeps what was found; below
//! whoever speaks with people. A subscription is polled on a schedule; what a poll found is kept in one
//! transaction with how far it came; and its events are handed to one consumer, in their order, at
//! least once and under one identity. Several processes on one store share this work.
//!
//! - [`Triggers`]: subscriptions as people see them.
//! - [`Engine`]: does the work, for as long as it is polled. [`Watch`]: looks on, and keeps nothing.
//! - [`Plan`]: what a subscription is; [`Consumer`]: whom it tells.
//! - [`Schedule`], [`message`]: rules and texts without a clock or a socket.

mod bell;
mod consumer;
mod deliver;
mod engine;
mod error;
mod facade;
pub mod message;
mod plan;
mod poll;
mod progress;
mod schedule;
mod sign;
mod subscription;
#[cfg(test)]
mod tests;
mod watch;

pub use bell::Bell;
pub use consumer::Consumer;
pub use engine::{Engine, EngineRules};
pub use error::TriggerError;
pub use facade::Triggers;
pub use plan::{OnExpired, Plan, Retry, State};
pub use progress::Progress;
pub use schedule::Schedule;
pub use sign::{Secret, SecretFault, SigningSecret};
pub use subscription::{Beginning, NewSubscription, Overview, Replay};
pub use watch::{Looked, Watch};
