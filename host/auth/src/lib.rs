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
//!
//! # Example
//!
//! A token is asked for once, and sealed for the next process; a credential shows itself to nobody:
//!
//! ```
//! use std::sync::Arc;
//! use std::sync::atomic::{AtomicUsize, Ordering};
//!
//! use airlock_auth::{
//!     ClientCredentials, CredentialSource, OauthSource, Placement, SystemClock, TokenKey, TokenTransport,
//!     Tokens, TransportError,
//! };
//! use airlock_store::{ConnectionId, MasterKey};
//! use secrecy::SecretString;
//!
//! /// An authority at hand. That of a host lies behind egress, which judges the way to it.
//! #[derive(Default)]
//! struct Authority(AtomicUsize);
//!
//! #[async_trait::async_trait]
//! impl TokenTransport for Authority {
//!     async fn exchange(&self, _: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, TransportError> {
//!         self.0.fetch_add(1, Ordering::Relaxed);
//!         let token = br#"{"access_token": "a-token-of-some-length", "token_type": "Bearer", "expires_in": 3600}"#;
//!         let answer = http::Response::builder().header("content-type", "application/json");
//!         Ok(answer.body(token.to_vec()).unwrap_or_default())
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let folder = tempfile::tempdir()?;
//!     let key = MasterKey::from_file_or_create(&folder.path().join("master.key"))?;
//!     let store = airlock_store_sqlite::open(&folder.path().join("airlock.db"), &key)?;
//!     let tokens = Arc::new(Tokens::new(Arc::new(store), Arc::new(SystemClock)));
//!     let authority = Arc::new(Authority::default());
//!     let source = OauthSource::new(
//!         tokens,
//!         TokenKey { tenant: "contoso".parse()?, connection: ConnectionId::random() },
//!         ClientCredentials {
//!             token_url: "https://login.example/token".parse()?,
//!             scopes: vec!["https://org.example/.default".to_owned()],
//!             client_id: SecretString::from("an-application"),
//!             client_secret: SecretString::from("its-secret-of-some-length"),
//!         },
//!         Placement::Bearer,
//!         Arc::clone(&authority) as _,
//!     );
//!     for _ in 0..3 {
//!         let credential = source.lease().await?;
//!         assert!(!format!("{credential:?}").contains("a-token"));
//!     }
//!     assert_eq!(authority.0.load(Ordering::Relaxed), 1);
//!     Ok(())
//! }
//! ```

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
