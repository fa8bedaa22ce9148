//! What the behaviour tests stand on: guests built once per process, hosts in folders of their own,
//! and servers that misbehave on request.
//!
//! Everything is real but the world around it: the components are compiled from `tests/components`, the
//! host is the one that ships, and each byte goes through a socket on the loopback interface.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod browser;
mod chromium;
mod guests;
mod lab;
mod logs;
mod naked;
mod names;
mod office;
mod patch;
mod pool;
mod search;
mod server;
mod terminal;
mod traces;

pub use browser::{Browser, Page};
pub use chromium::Chromium;
pub use guests::{airlock, dynamics, dynamics_web, guest};
pub use lab::{AUTHORITY, Connect, Connected, EVIL, Lab, Login, SERVICE, TENANT};
pub use logs::{Logs, captured};
pub use naked::Naked;
pub use names::Names;
pub use office::Office;
pub use patch::{with_blocks, with_contract_version, with_core_instances, with_table_of};
pub use pool::{Placed, Pool};
pub use search::{Needle, files_with};
pub use server::{Request, Server, Tls};
pub use terminal::{Ended, Running, Terminal};
pub use traces::{Traced, Traces, traced};
