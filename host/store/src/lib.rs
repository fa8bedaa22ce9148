//! What a host remembers, and how it keeps secrets.
//!
//! The lowest layer of the host: everything above holds an `Arc<dyn Store>` and never learns that
//! SQLite is underneath. Every row belongs to a tenant, and every method that reads or changes one
//! asks for that tenant, so that forgetting it does not compile.
//!
//! - [`ids`]: the names and identifiers everything is keyed by.
//! - [`model`]: what is remembered.
//! - [`Store`]: the trait, and the five small ones that it is made of; [`StoreError`]: what can go wrong,
//!   in words for people.
//! - [`SqliteStore`]: the store in one SQLite file, which several processes may share.
//! - [`Turn`]: what only one process may do at a time.
//! - [`MasterKey`]: the key that everything at rest is sealed under.

mod error;
mod files;
pub mod ids;
mod keys;
pub mod model;
mod seal;
mod sqlite;
mod store;
mod turn;

pub use error::StoreError;
pub use files::private_folder;
pub use ids::{
    ConnectionId, ConnectionName, ConnectorName, Digest, DigestError, NameError, TenantId,
};
pub use keys::{KeyOrigin, MasterKey};
pub use model::{
    CallKey, Connection, Connector, KeptAnswer, KeyedCall, Run, RunFailure, RunFilter, RunOutcome,
    RunStatus, Secrets,
};
pub use sqlite::SqliteStore;
pub use store::{Connections, Connectors, KeyedCalls, Runs, Slots, Store};
pub use turn::Turn;
