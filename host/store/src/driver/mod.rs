//! What a database has to do to be a store: keep rows.
//!
//! Store layer, below the [`Vault`](crate::Vault). A driver sees the columns that rows are looked up
//! by (tenants, names, identities) and otherwise bytes that it cannot read: it seals nothing, opens
//! nothing and never meets a key. What is decided from what lies sealed is decided above it, so a
//! driver also offers to replace a row only if it still is what it was; sealed bytes are never the
//! same twice, so they are their own version. Every change is made whole or not at all.

mod connections;
mod connectors;
mod keyed_calls;
mod runs;
mod slots;
mod subscriptions;

use async_trait::async_trait;

use crate::error::StoreError;
use crate::ids::TenantId;
use crate::store::Work;

pub use connections::{Change, ConnectionRow, ConnectionRows};
pub use connectors::{ConnectorRow, ConnectorRows};
pub use keyed_calls::{KeyName, KeyRow, KeyRows};
pub use runs::{REMEMBERED_RUNS, RunRow, RunRows};
pub use slots::SlotRows;
pub use subscriptions::{
    EventName, EventRow, FoundRow, PolledRow, SubscriptionRow, SubscriptionRows,
};

/// How safely a change is kept before the caller is told so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// On the disk itself: what a person entered, and what cannot be had again.
    Synced,
    /// With the operating system: survives the death of the process, and may be lost with the
    /// machine's power, which can cost no more than a token or a line of history.
    Written,
}

/// A database as a store needs it: the rows of everything that is kept.
#[async_trait]
pub trait Driver:
    ConnectorRows + ConnectionRows + SlotRows + RunRows + KeyRows + SubscriptionRows + Work + 'static
{
    /// Which store this is, in words for errors: a file's path, or an address without credentials.
    fn place(&self) -> String;

    /// Every tenant that there is a row of, in order.
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError>;
}
