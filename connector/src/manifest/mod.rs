//! What the connector offers: the same answer every time, without a connection and without I/O.
//!
//! An action is declared once, beside its function in [`crate::actions`]; this folder turns the
//! declarations into the manifest's own types and derives the schemas from the Rust types that
//! the functions really take and give.

pub mod about;
pub mod connections;
pub mod examples;
pub mod schema;

pub use about::About;

use crate::actions;

/// The whole manifest.
#[must_use]
pub fn about() -> About {
    About {
        name: "dynamics",
        title: "Microsoft Dynamics 365",
        version: env!("CARGO_PKG_VERSION"),
        description: "Reads and writes the tables of Dynamics 365 and Dataverse (accounts, \
                      contacts, leads, opportunities, activities and every custom table) through \
                      the Dataverse Web API.",
        connections: connections::all(),
        actions: actions::catalogue(),
        triggers: Vec::new(),
    }
}
