//! Names and identifiers: the keys under which a host remembers and isolates.
//!
//! Store layer. They are types of their own because a tenant given where a connection was meant is
//! exactly the mistake that lets one customer see another's rows.

mod connection_id;
mod digest;
mod name;
mod subscription_id;

pub use connection_id::ConnectionId;
pub use digest::{Digest, DigestError};
pub use name::{ConnectionName, ConnectorName, NameError, SubscriptionName, TenantId};
pub use subscription_id::SubscriptionId;
