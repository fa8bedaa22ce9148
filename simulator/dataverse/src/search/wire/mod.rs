//! Search on the wire: the addresses of both versions, and the operations of the Web API.
//!
//! Layer: search, the top.

mod first;
mod given;
mod second;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::OrgContext;

use super::status;

/// Where search lives, below the origin.
pub const ROOT: &str = "/api/search/";

/// Answers a request; its path is relative to [`ROOT`].
///
/// # Errors
/// 404 for no such address, 405 for another method, and what search refuses.
pub fn handle(context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    let (version, name) = request.path.split_once('/').unwrap_or_default();
    let is_first = match version {
        "v1.0" => true,
        "v2.0" => false,
        _ => return Err(SimError::unknown_segment(version)),
    };
    let expected = match name {
        "query" | "suggest" | "autocomplete" => Method::POST,
        "status" | "statistics" => Method::GET,
        _ => return Err(SimError::unknown_segment(name)),
    };
    if request.method != expected {
        return Err(SimError::method_not_allowed(
            "The requested resource does not support this http method.",
        ));
    }
    let answer = if is_first {
        match name {
            "status" => status::status(context)?,
            "statistics" => status::statistics(context)?,
            _ => first::answer(context, name, &members(&request.body)?)?,
        }
    } else {
        let given = match expected == Method::POST {
            true => members(&request.body)?,
            false => Map::new(),
        };
        let root = &context.service_root;
        json!({
            "@odata.context": format!("{root}/$metadata#Microsoft.Dynamics.CRM.search{name}Response"),
            "response": operation(context, name, &given)?,
        })
    };
    let body = answer.to_string();
    Ok(Response::json(StatusCode::OK, body, MetadataLevel::Minimal))
}

/// The text that an operation of version 2 answers with, by the last part of its name.
///
/// # Errors
/// What search refuses.
pub fn operation(
    context: &OrgContext<'_>,
    name: &str,
    given: &Map<String, Value>,
) -> Result<String, SimError> {
    let answer = match name {
        "status" => status::status(context)?,
        "statistics" => status::statistics(context)?,
        _ => second::answer(context, name, given)?,
    };
    Ok(answer.to_string())
}

fn members(body: &[u8]) -> Result<Map<String, Value>, SimError> {
    serde_json::from_slice(body)
        .map_err(|error| SimError::bad_payload("", format_args!("Invalid JSON. {error}")))
}
