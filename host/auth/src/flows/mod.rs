//! How a person signs in: the two conversations, each as a state machine.
//!
//! Auth layer. What is decided here is pure: a flow is told what came back and says what it means.
//! The door that a browser or a terminal comes through belongs to whoever drives the flow, and
//! tokens are asked for through [`TokenTransport`](crate::TokenTransport) like all others.

mod authorization_code;
mod device_code;
mod identity;
mod pace;
mod redirect;

pub use authorization_code::{AuthorizationCode, Received, Which};
pub use device_code::DeviceCode;
pub use identity::Identity;

use secrecy::{ExposeSecret, SecretString};

use crate::answer::Delegated;
use crate::grant::Issued;

/// What came of a sign-in, not kept yet.
#[derive(Debug)]
pub struct SignedIn {
    pub(crate) issued: Issued,
    pub(crate) refresh_token: Option<SecretString>,
    /// Who signed in, where the authority says so.
    pub identity: Option<Identity>,
}

impl SignedIn {
    fn new(delegated: Delegated, identity: Option<Identity>) -> Self {
        Self {
            issued: delegated.issued,
            refresh_token: delegated.refresh_token,
            identity,
        }
    }
}

/// Whether two secrets are equal, in a time that does not tell how far they agree.
fn same(one: &SecretString, other: &SecretString) -> bool {
    use subtle::ConstantTimeEq;
    let (one, other) = (one.expose_secret(), other.expose_secret());
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
