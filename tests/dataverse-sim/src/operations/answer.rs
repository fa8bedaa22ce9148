//! What an operation gives back, and how it looks on the wire.
//!
//! Layer: operations (reference §6.1).

use http::StatusCode;
use serde_json::{Map, Value};

use crate::http::{MetadataLevel, Response, SimError};

use super::Call;

/// The result of a call.
#[derive(Debug)]
pub enum Answer {
    /// 204.
    Nothing,
    /// An object of the operation's own type.
    Members(Value),
    /// A row, stored or not; the name of its entity set and its members.
    Row(String, Map<String, Value>),
    /// Rows of one entity set.
    Rows(String, Vec<Value>),
    /// Anything else: what follows `$metadata#`, and the members.
    Object(String, Map<String, Value>),
    /// An answer that is complete already.
    Whole(Response),
}

impl Answer {
    pub(super) fn into_response(self, call: &Call<'_>) -> Result<Response, SimError> {
        let (about, members) = match self {
            Self::Nothing => return Ok(Response::empty(StatusCode::NO_CONTENT)),
            Self::Whole(response) => return Ok(response),
            Self::Members(value) => {
                let about = format!("Microsoft.Dynamics.CRM.{}Response", call.operation.name);
                let Value::Object(members) = value else {
                    return Err(SimError::unexpected("a result that is no object"));
                };
                (about, members)
            }
            Self::Row(set, members) => (format!("{set}/$entity"), members),
            Self::Rows(about, rows) => {
                let mut members = Map::new();
                members.insert("value".to_owned(), Value::Array(rows));
                (about, members)
            }
            Self::Object(about, members) => (about, members),
        };
        let mut body = Map::new();
        if call.request.metadata_level != MetadataLevel::None {
            let context = format!("{}/$metadata#{about}", call.context.service_root);
            body.insert("@odata.context".to_owned(), Value::String(context));
        }
        body.extend(members);
        Ok(Response::json(
            StatusCode::OK,
            Value::Object(body).to_string(),
            call.request.metadata_level,
        ))
    }
}
