//! How a host comes by the credential that it adds to a request.
//!
//! Sits between the store, which keeps secrets sealed, and egress, which injects the credential
//! into a request that has passed every check. Nothing here opens a socket: token requests leave
//! through [`TokenTransport`], which egress implements, so the token endpoint is judged and
//! audited like any other destination.
//!
//! - [`CredentialSource`]: what egress sees: lease a credential, renew one that was refused.
//! - [`OauthSource`]: a source over an OAuth [`Grant`]; [`FixedSource`]: over a secret that never
//!   changes.
//! - [`Tokens`]: the cache that all OAuth sources of a process share.
//! - [`Spelling`]: how a secret may look in what comes back.
//! - [`AuthError`]: why there is no credential, in words for people.

mod answer;
mod cache;
mod clock;
mod credential;
mod error;
mod grant;
mod source;
mod spellings;
#[cfg(test)]
mod tests;
mod transport;

pub use cache::{TokenKey, Tokens};
pub use clock::{Clock, SystemClock};
pub use credential::{Credential, Placement};
pub use error::AuthError;
pub use grant::{ClientCredentials, Fingerprint, Grant, Issued};
pub use source::{CredentialSource, FixedSource, OauthSource};
pub use spellings::Spelling;
pub use transport::{TokenTransport, TransportError};
