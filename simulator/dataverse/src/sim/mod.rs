//! The simulator as a library: build one, start it, talk to it over its socket, drop it.

mod addresses;
mod answer;
mod assembly;
mod builder;
mod controls;
mod discover;
mod identity;
mod people;
mod record;
mod request_body;
mod request_ids;
mod running;
mod service;
mod settings;
mod site;
mod snapshots;
mod state;

pub use builder::{ApplicationUser, SimBuilder};
pub use identity::{CLIENT_ID, CLIENT_SECRET, PUBLIC_CLIENT_ID, TENANT_ID};
pub use running::{RunningSim, StartError};
pub use settings::{NoOrganisation, OrganisationSettings};
pub use snapshots::SnapshotError;

/// Name under which the discovery of organisations is reached too, besides every other name.
const DISCOVERY_HOST: &str = "globaldisco.localhost";

/// The entrance.
pub struct Sim;

impl Sim {
    /// A simulator on a free loopback port, plain HTTP, rows in memory, the basic users and nothing else.
    pub fn builder() -> SimBuilder {
        SimBuilder::default()
    }
}
