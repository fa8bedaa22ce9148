//! What can go wrong with a subscription, each with what a person needs to put it right.

use airlock_runtime::HostError;
use airlock_runtime::store::{ConnectionName, StoreError, SubscriptionName};

use crate::sign::SecretFault;

/// A failure of what is asked about a subscription.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TriggerError {
    /// The host, or the connector, has something against it.
    #[error(transparent)]
    Host(#[from] HostError),
    /// There is no subscription of this name.
    #[error("there is no subscription named {name}")]
    NoSuchSubscription {
        /// The name that nothing has.
        name: SubscriptionName,
        /// Every name that there is.
        known: Vec<SubscriptionName>,
    },
    /// An action that is to take events is none of its connection's.
    #[error("the connection {connection} has no action \"{action}\"")]
    NoSuchAction {
        /// The name that nothing has.
        action: String,
        /// The connection.
        connection: ConnectionName,
    },
    /// The input of an action that is to take events cannot be read.
    #[error("the action's input: {0}")]
    Input(String),
    /// A consumer's address cannot be used.
    #[error("events cannot be sent to {url}: {reason}")]
    Address {
        /// The address as it was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A signing secret cannot be used.
    #[error("the signing secret {0}")]
    Secret(#[from] SecretFault),
    /// The least time between polls is longer than the most.
    #[error("it cannot be polled at least every {most_s} s and at most every {least_s} s")]
    Interval {
        /// The shorter wait, in seconds.
        least_s: u64,
        /// The longer wait, in seconds.
        most_s: u64,
    },
    /// What is kept of a subscription is not what this release writes.
    #[error(
        "what is kept of a subscription cannot be read ({0}): it was written by a newer release; upgrade this one"
    )]
    Unreadable(String),
    /// The randomness of the operating system cannot be had.
    #[error("no randomness to be had: {0}")]
    Randomness(String),
}

impl From<StoreError> for TriggerError {
    fn from(error: StoreError) -> Self {
        Self::Host(error.into())
    }
}
