//! The simulator as a library: build one, start it, talk to it over its socket, drop it.

use identity::DISCOVERY_HOST;
mod addresses;
mod answer;
mod application_user;
mod assembly;
mod builder;
mod controls;
mod development;
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
mod snapshot;
mod snapshots;
mod start_error;
mod state;
mod ticking;

pub use application_user::ApplicationUser;
pub use builder::SimBuilder;
pub use identity::{CLIENT_ID, CLIENT_SECRET, PUBLIC_CLIENT_ID, TENANT_ID};
pub use running::RunningSim;
pub use settings::{NoOrganisation, OrganisationSettings};
pub use snapshots::SnapshotError;
pub use start_error::StartError;

/// The entrance.
pub struct Sim;

impl Sim {
    /// A simulator on a free loopback port, plain HTTP, rows in memory, the basic users and nothing else.
    pub fn builder() -> SimBuilder {
        SimBuilder::default()
    }
}
