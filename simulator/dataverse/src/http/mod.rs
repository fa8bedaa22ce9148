//! HTTP as the Web API speaks it: requests, answers, errors, preferences, and the sockets that carry them.

mod conditions;
mod error;
pub mod html;
pub mod outbound;
mod preferences;
mod request;
mod response;
pub mod server;
pub mod service_headers;

pub use conditions::{Condition, Conditions};
pub use error::SimError;
pub use preferences::{Annotations, Preferences};
pub use request::{MetadataLevel, ODataRequest};
pub use response::{Response, json_content_type};
