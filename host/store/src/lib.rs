//! What a host remembers, and how it keeps secrets.
//!
//! The lowest layer of the host: everything above holds an `Arc<dyn Store>` and never learns that
//! SQLite is underneath. Every row belongs to a tenant, and every method that reads or changes one
//! asks for that tenant, so that forgetting it does not compile.
//!
//! - [`ids`]: the names and identifiers everything is keyed by.
//! - [`model`]: what is remembered.
//! - [`Store`]: the trait; [`StoreError`]: what can go wrong, in words for people.

mod error;
pub mod ids;
pub mod model;
mod store;

pub use error::StoreError;
pub use ids::{
    ConnectionId, ConnectionName, ConnectorName, Digest, DigestError, NameError, TenantId,
};
pub use model::{Connection, Connector, Run, RunOutcome, Secrets};
pub use store::Store;
