//! The simulator as a library: build one, start it, talk to it over its socket, drop it.

mod assembly;
mod builder;
mod identity;
mod request_body;
mod running;
mod service;
mod state;

pub use builder::{ApplicationUser, SimBuilder};
pub use identity::{CLIENT_ID, CLIENT_SECRET, TENANT_ID};
pub use running::{RunningSim, StartError};

/// The entrance.
pub struct Sim;

impl Sim {
    /// A simulator on a free loopback port, plain HTTP, rows in memory, the basic users and nothing else.
    pub fn builder() -> SimBuilder {
        SimBuilder::default()
    }
}
