//! A person's sign-in, as it is kept: what the next access token is asked for with, and whose it
//! is.
//!
//! Auth layer. It is sealed in the store under the connection it belongs to; whoever changes it has
//! the connection's turn, so that no two processes use up one refresh token and none writes an older
//! one over a newer.

mod keeper;
mod saved;
mod slot;

use airlock_store::Connection;
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::flows::Identity;

pub use keeper::SignIns;
pub(crate) use saved::{Refusal, Saved};
pub(crate) use slot::{keep, keep_refusal, load};

/// The name of the slot: what replaces a connection's secrets and not who signed in keeps it.
pub const SIGN_IN_SLOT: &str = "sign-in";

/// Where a connection's sign-in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has signed in.
    SignedOut,
    /// Somebody has.
    SignedIn {
        /// Who, where the authority says so.
        identity: Option<Identity>,
        /// Since when.
        since: OffsetDateTime,
    },
    /// Somebody had, and has to do so again.
    Needed {
        /// Who, where the authority said so.
        identity: Option<Identity>,
        /// Since when that is known.
        since: OffsetDateTime,
        /// Why, in words.
        reason: String,
    },
}

/// Whose sign-in a connection takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// The one it has; anybody's, where nobody has signed in yet.
    Same,
    /// Anybody's: the connection is to speak as somebody else from now on.
    Any,
}

/// A sign-in that was kept, with what was there before.
pub struct Accepted {
    /// The connection, changed by it.
    pub connection: Connection,
    previous: Option<SecretString>,
}

impl Accepted {
    /// Whether there was a sign-in before, which [`SignIns::restore`] would bring back.
    pub fn replaced(&self) -> bool {
        self.previous.is_some()
    }
}
