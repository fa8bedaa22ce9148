//! What a block asks for.

use std::fmt;

use serde_json::{Map, Value};

/// The system in whose words a block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// Power Automate with Microsoft's Dataverse connector.
    PowerAutomate,
    /// Logic Apps, and the classic connectors in general.
    LogicApps,
    /// Prismatic.
    Prismatic,
}

impl fmt::Display for System {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::PowerAutomate => "power-automate",
            Self::LogicApps => "logic-apps",
            Self::Prismatic => "prismatic",
        })
    }
}

/// One call of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Whose operation it is.
    pub system: System,
    /// What that system calls it.
    pub operation: String,
    /// Its input, under the system's own keys.
    pub input: Map<String, Value>,
}
