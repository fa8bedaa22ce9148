//! Sign-in: an authority shaped like Entra ID, and the check of its tokens at the API's door.

mod authenticate;
mod authority;
mod client;
mod encoding;
mod endpoint;
mod error;
mod keys;
mod metadata;

pub use authenticate::{Authenticator, Realm};
pub use authority::{Application, Authority, ClientSecret, Tenant};
pub use endpoint::{Issue, handle};
pub use error::EntraError;
pub use keys::{Claims, KeyError, Signer, TokenFault};
