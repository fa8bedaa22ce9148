//! The traits behind which a host remembers.
//!
//! Store layer. One small trait for each thing that is kept, so that whoever needs tokens asks for
//! [`Slots`] and sees no connector, and [`Store`] for who holds them all. A shared database takes the
//! place of the embedded one without a change above. Every method but few names the tenant it acts
//! for, directly or in the value it is given: [`tenants`](Store::tenants) and
//! [`digests`](Connectors::digests) are questions that no tenant asks, and hosts share [`Work`] of all
//! tenants.

mod connections;
mod connectors;
mod keyed_calls;
mod runs;
mod slots;
mod subscriptions;
mod work;

use async_trait::async_trait;

use crate::error::StoreError;
use crate::ids::TenantId;

pub use connections::Connections;
pub use connectors::Connectors;
pub use keyed_calls::KeyedCalls;
pub use runs::Runs;
pub use slots::Slots;
pub use subscriptions::Subscriptions;
pub use work::Work;

/// Everything that a host remembers.
#[async_trait]
pub trait Store:
    Connectors + Connections + Slots + Runs + KeyedCalls + Work + Subscriptions
{
    /// Every tenant that something is kept of.
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError>;

    /// Resolves when nothing is being written any more that nobody waits for: for the end of a host.
    async fn settled(&self);
}
