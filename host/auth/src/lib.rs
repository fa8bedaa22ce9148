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
//! - [`AuthorizationCode`], [`DeviceCode`]: how a person signs in; [`SignIns`]: what is kept of it.
//! - [`Tokens`]: the cache that all OAuth sources of a process share.
//! - [`Spelling`]: how a secret may look in what comes back.
//! - [`AuthError`]: why there is no credential, in words for people.

mod answer;
mod application;
mod cache;
mod clock;
mod credential;
mod error;
mod flows;
mod grant;
mod sign_in;
mod source;
mod spellings;
#[cfg(test)]
mod tests;
mod transport;

pub use application::Application;
pub use cache::{TokenKey, Tokens, settled};
pub use clock::{Clock, SystemClock};
pub use credential::{Credential, Placement};
pub use error::AuthError;
pub use flows::{AuthorizationCode, DeviceCode, Identity, Received, SignedIn, Which};
pub use grant::{ClientCredentials, Fingerprint, Grant, Issued, RefreshToken};
pub use sign_in::{Accepted, Account, SIGN_IN_SLOT, SignIns, Standing};
pub use source::{CredentialSource, FixedSource, OauthSource};
pub use spellings::Spelling;
pub use transport::{TokenTransport, TransportError};
