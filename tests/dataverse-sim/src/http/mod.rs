//! HTTP as the Web API speaks it, apart from any socket: requests, answers, errors, preferences.

mod conditions;
mod error;
mod preferences;
mod request;
mod response;

pub use conditions::{Condition, Conditions};
pub use error::SimError;
pub use preferences::{Annotations, Preferences};
pub use request::{MetadataLevel, ODataRequest};
pub use response::{Response, json_content_type};
