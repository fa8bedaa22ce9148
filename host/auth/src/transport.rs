//! The way a token request leaves.
//!
//! Auth layer. Egress implements this, so that a token endpoint named in a connection's settings
//! passes the same judgement of host and address as any other destination.

use std::time::Duration;

use async_trait::async_trait;

/// Sends a token request and brings the whole response back.
#[async_trait]
pub trait TokenTransport: Send + Sync {
    /// One exchange; redirects are not followed. The implementation bounds time and body size.
    async fn exchange(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError>;
}

/// A token request got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// Policy forbids the destination; asking again will not help until a setting changes.
    #[error("{message}")]
    Denied {
        /// Which rule, and which setting would allow it. Never a secret.
        message: String,
    },
    /// There is no way to the destination, and asking again will not help until something is mended.
    #[error("{message}")]
    Unreachable {
        /// What is wrong, and where to look. Never a secret.
        message: String,
    },
    /// The destination could not be reached or did not answer in time.
    #[error("{message}")]
    Failed {
        /// What failed. Never a secret.
        message: String,
        /// How long to wait before the next attempt, where that is known.
        retry_after: Option<Duration>,
    },
}
