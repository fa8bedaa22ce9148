//! What a caller asks of the host, and what streams back.

use crate::error::HostError;
use airlock_store::{ConnectionName, Secrets, TenantId};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Told how far a long operation has come: units done, and the total where it is known.
pub type ProgressFn = Arc<dyn Fn(u64, Option<u64>) + Send + Sync>;

/// Bytes on their way into a component.
pub type ByteStream = BoxStream<'static, Bytes>;

/// One run of one action.
#[derive(Clone)]
pub struct Call {
    /// Whose call it is.
    pub tenant: TenantId,
    /// Through which connection.
    pub connection: ConnectionName,
    /// The action's name or one of its aliases.
    pub action: String,
    /// Its input, as its schema describes it.
    pub input: Value,
    /// Same key, same effect: a repeated write lands once. For as long as the host keeps keys, a
    /// repeat is answered with the first answer, and another request under the key is refused.
    pub idempotency_key: Option<String>,
    /// How long the caller waits; never longer than the configured wall clock.
    pub deadline: Option<Duration>,
    /// Where to report progress.
    pub progress: Option<ProgressFn>,
}

/// A connection to be made.
pub struct NewConnection {
    /// Whose it will be.
    pub tenant: TenantId,
    /// What it will be called.
    pub name: ConnectionName,
    /// Which connector it uses.
    pub connector: airlock_store::ConnectorName,
    /// Which of the connector's ways to connect.
    pub kind: String,
    /// What the connector may read.
    pub settings: Value,
    /// What only the host keeps.
    pub secrets: Secrets,
    /// Hosts that the operator grants beyond the manifest's own, and whole addresses (URLs) that the
    /// connection's secrets may be sent to.
    pub allowed_hosts: Vec<String>,
}

/// A result that comes piece by piece.
pub struct Piped {
    /// Media type of `data`.
    pub content_type: String,
    /// The bytes, in order; ends early when the connector fails, and `done` says why.
    pub data: BoxStream<'static, Bytes>,
    /// Resolves after the last byte with a summary, or with what went wrong.
    pub done: BoxFuture<'static, Result<Value, HostError>>,
    pub(crate) stop: CancellationToken,
}

impl Piped {
    /// Takes nothing more from the connector. What it has handed over still comes from `data`, which ends
    /// then; `done` tells how far that was, where the connector says so. It may be waiting for its service
    /// first: whoever does not want to wait drops all of this, and the connector ends at once.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}
