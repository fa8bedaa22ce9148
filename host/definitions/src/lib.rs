//! Blocks of flows, as Power Automate, Logic Apps and Prismatic write them: which operation of which system each
//! asks for, and with what. The ground on which single blocks run, and flows.
//!
//! A [`Block`] is read once; its expressions are evaluated against what a run has seen so far, and become the
//! input of an operation in its system's own words ([`Request`]). What the operation does is not known here, and
//! nothing here reads a clock, a file or a connection.
//!
//! ```
//! use airlock_definitions::{Block, System};
//! use airlock_expressions::{Facts, Limits};
//! use serde_json::json;
//!
//! let block = Block::read(&json!({
//!     "type": "OpenApiConnection",
//!     "inputs": {
//!         "host": {"connectionName": "shared_commondataserviceforapps", "operationId": "GetItem"},
//!         "parameters": {"entityName": "accounts", "recordId": "@{toLower('A1')}"},
//!     },
//! }))?;
//! assert!(block.needs().is_empty());
//! let request = block.request(&Facts::default(), &Limits::default())?;
//! assert_eq!((request.system, request.operation.as_str()), (System::PowerAutomate, "GetItem"));
//! assert_eq!(request.input["recordId"], "a1");
//! # Ok::<(), airlock_definitions::Fault>(())
//! ```

mod api_connection;
mod block;
mod expressions;
mod fault;
mod open_api;
mod prismatic;
mod request;
#[cfg(test)]
mod tests;

pub use block::Block;
pub use fault::Fault;
pub use request::{Request, System};
