//! Sign-in: an authority shaped like Entra ID, and the check of its tokens at the API's door.
//!
//! [`endpoint`] routes. A grant each: an application for itself, a password and on-behalf-of ([`token_request`]),
//! [`code`] (whose pages are in [`authorize`]), [`refresh`], [`device`]. [`mint`] makes the answers, [`authenticate`]
//! takes the tokens back.

mod admin_consent;
mod application;
mod assertion;
mod authenticate;
mod authority;
mod authorize;
mod certificate;
mod client;
mod code;
mod consent;
mod device;
mod direct;
mod directory;
mod encoding;
mod endpoint;
mod error;
mod error_client;
mod error_sign_in;
mod form;
mod grant;
mod granted;
mod issue;
mod json;
mod keys;
mod metadata;
mod mint;
mod once;
mod password;
mod people;
mod pkce;
mod proof;
mod refresh;
mod refresh_token;
mod resource;
mod rotation;
mod scope;
mod seal;
mod session;
mod signed_in;
mod token_request;

pub use application::{Application, ClientSecret, service_principal};
pub use authenticate::{Authenticator, Identified, Realm};
pub use authority::{Authority, Lifetimes};
pub use certificate::{Certificate, CertificateError};
pub use directory::{
    Account, AccountState, Consent, DEFAULT_PASSWORD, Directory, DirectoryError, DirectoryState,
    Tenant,
};
pub use endpoint::handle;
pub use error::{EntraError, Trace};
pub use issue::Issue;
use issue::NO_TENANT;
pub use keys::{Claims, KeyError, Signer, TokenFault};
pub use people::{People, Person};
pub use resource::DISCOVERY_HOSTS;
