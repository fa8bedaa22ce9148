//! Prismatic's component for Microsoft Dynamics 365, whose steps name actions by key.

mod advanced;
mod bulk;
mod connection;
mod rows;

pub(super) use advanced::ADVANCED;
pub(super) use bulk::BULK;
pub(super) use connection::CONNECTION;
pub(super) use rows::ROWS;

use airlock_connector::dialect::{Key, Means};

/// The system's name.
const SYSTEM: &str = "prismatic";

/// Which connection is said where the step is run.
const CONNECTION_KEY: Key = Key::new("connection", Means::Nothing);
