//! What an operation gives back, and how it looks on the wire.
//!
//! Layer: operations (reference §6.1).

use http::StatusCode;
use serde_json::Value;
use serde_json::value::to_raw_value;

use crate::http::{MetadataLevel, Response, SimError};

use super::Call;
use super::arguments::{Members, text_value, to_body};

/// The result of a call.
#[derive(Debug)]
pub enum Answer {
    /// 204.
    Nothing,
    /// An object of the operation's own type.
    Members(Value),
    /// The same with values that are JSON already, whose numbers keep their digits.
    Told(Members),
    /// A row, stored or not; the name of its entity set and its members.
    Row(String, Members),
    /// Rows of one entity set.
    Rows(String, Vec<Value>),
}

impl Answer {
    pub(super) fn into_response(self, call: &Call<'_>) -> Result<Response, SimError> {
        let own = || format!("Microsoft.Dynamics.CRM.{}Response", call.operation.name);
        let (about, members) = match self {
            Self::Nothing => return Ok(Response::empty(StatusCode::NO_CONTENT)),
            Self::Members(value) => (
                own(),
                serde_json::from_value(value).map_err(SimError::unexpected)?,
            ),
            Self::Told(members) => (own(), members),
            Self::Row(set, members) => (format!("{set}/$entity"), members),
            Self::Rows(about, rows) => {
                let rows = to_raw_value(&rows).map_err(SimError::unexpected)?;
                (about, Members::from_iter([("value".to_owned(), rows)]))
            }
        };
        let mut body = Members::new();
        if call.request.metadata_level != MetadataLevel::None {
            let context = format!("{}/$metadata#{about}", call.context.service_root);
            body.insert("@odata.context".to_owned(), text_value(&context));
        }
        body.extend(members);
        Ok(Response::json(
            StatusCode::OK,
            to_body(&body),
            call.request.metadata_level,
        ))
    }
}
