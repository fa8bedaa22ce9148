//! What a host remembers, and how it keeps secrets.
//!
//! The lowest layer of the host: everything above holds an `Arc<dyn Store>` and never learns which
//! database is underneath. Every row belongs to a tenant, and every method that reads or changes one
//! asks for that tenant, so that forgetting it does not compile.
//!
//! - [`ids`]: the names and identifiers everything is keyed by.
//! - [`model`]: what is remembered.
//! - [`Store`]: the trait, and the seven small ones that it is made of; [`StoreError`]: what can go
//!   wrong, in words for people.
//! - [`Vault`]: the store itself, which seals and opens above any [`driver`].
//! - [`driver`]: what a database has to do to be a store: keep rows that it cannot read. Each driver
//!   is a crate of its own.
//! - [`files`]: files that only their owner may read.
//! - [`Turn`]: what only one process may do at a time.
//! - [`MasterKey`]: the key that everything at rest is sealed under; [`KeyCheck`]: by which a store
//!   knows it.
//!
//! # Example
//!
//! Who needs one of the small traits asks for that one. Here a token that cannot be had again is put on the
//! disk before it is used, by whoever has the turn:
//!
//! ```
//! use std::time::Duration;
//!
//! use airlock_store::{Connection, Slots, StoreError};
//! use secrecy::SecretString;
//!
//! async fn take_over(
//!     store: &dyn Slots,
//!     connection: &Connection,
//!     successor: &SecretString,
//! ) -> Result<bool, StoreError> {
//!     let Some(_turn) = store.take_turn(&connection.id, Duration::from_secs(5)).await? else {
//!         return Ok(false);
//!     };
//!     let Connection { tenant, id, .. } = connection;
//!     store.put_sealed_synced(tenant, id, "refresh-token", successor).await?;
//!     Ok(true)
//! }
//!
//! // Names are judged where they come in: whatever has one of these types may be a file's name.
//! use airlock_store::TenantId;
//! assert!("contoso".parse::<TenantId>().is_ok());
//! let refused = "../contoso".parse::<TenantId>();
//! assert!(refused.is_err_and(|error| error.to_string().contains("../contoso")));
//! ```

pub mod driver;
mod error;
pub mod files;
pub mod ids;
mod keys;
pub mod model;
mod seal;
mod store;
mod turn;
mod vault;

pub use error::StoreError;
pub use files::private_folder;
pub use ids::{
    ConnectionId, ConnectionName, ConnectorName, Digest, DigestError, NameError, SubscriptionId,
    SubscriptionName, TenantId,
};
pub use keys::{KeyOrigin, MasterKey};
pub use model::{
    CallKey, Claim, Connection, Connector, EventCounts, EventFilter, EventState, FoundEvent,
    KeptAnswer, KeptEvent, KeyedCall, LeaseTime, Next, Polled, Run, RunFailure, RunFilter,
    RunOutcome, RunStatus, Secrets, Subscription, Task, TaskKind, Wake, Wanted, WorkerId,
};
pub use seal::KeyCheck;
pub use store::{Connections, Connectors, KeyedCalls, Runs, Slots, Store, Subscriptions, Work};
pub use turn::Turn;
pub use vault::Vault;
