//! The simulator's own HTTP interface.
//!
//! | Request | Effect |
//! |---|---|
//! | `GET /sim/health` | whether it runs, version, requests seen |
//! | `GET /sim/environment` | addresses and development credentials |
//! | `GET /sim/requests` | the request log, oldest first |
//! | `DELETE /sim/requests` | forget it |
//! | `GET /sim/faults` | the fault rules with their ids |
//! | `POST /sim/faults` | add a rule |
//! | `DELETE /sim/faults`, `DELETE /sim/faults/{id}` | remove rules |

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{FaultRule, Faults, RequestLog};
use crate::http::Response;

/// Everything under this path belongs to the simulator.
pub const PREFIX: &str = "/sim";

/// Answers a request below [`PREFIX`]; `path` is what follows it.
pub fn handle(
    method: &Method,
    path: &str,
    body: &Bytes,
    log: &RequestLog,
    faults: &Faults,
    environment: &Value,
) -> Response {
    match (method.as_str(), path.trim_matches('/')) {
        ("GET", "health" | "") => answer(&json!({
            "status": "running",
            "version": env!("CARGO_PKG_VERSION"),
            "requests": log.total(),
        })),
        ("GET", "environment") => answer(environment),
        ("GET", "requests") => answer(&json!({ "requests": log.entries() })),
        ("DELETE", "requests") => {
            log.clear();
            Response::empty(StatusCode::NO_CONTENT)
        }
        ("GET", "faults") => {
            let rules = faults
                .rules()
                .into_iter()
                .map(|(id, rule)| json!({ "id": id, "rule": rule }));
            answer(&json!({ "faults": rules.collect::<Vec<_>>() }))
        }
        ("POST", "faults") => match serde_json::from_slice::<FaultRule>(body) {
            Ok(rule) => answer(&json!({ "id": faults.add(rule) })),
            Err(error) => refuse(
                StatusCode::BAD_REQUEST,
                format!("This is no fault rule: {error}."),
            ),
        },
        ("DELETE", "faults") => {
            faults.clear();
            Response::empty(StatusCode::NO_CONTENT)
        }
        ("DELETE", rest) if rest.starts_with("faults/") => remove(rest, faults),
        (_, "health" | "environment" | "requests" | "faults") => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{method} is not possible here."),
        ),
        _ => refuse(
            StatusCode::NOT_FOUND,
            "The simulator has /sim/health, /sim/environment, /sim/requests and /sim/faults."
                .to_owned(),
        ),
    }
}

fn remove(path: &str, faults: &Faults) -> Response {
    let id = path.trim_start_matches("faults/").parse().ok();
    if id.is_some_and(|id| faults.remove(id)) {
        Response::empty(StatusCode::NO_CONTENT)
    } else {
        refuse(
            StatusCode::NOT_FOUND,
            "There is no fault with this id; GET /sim/faults lists them.".to_owned(),
        )
    }
}

fn answer(value: &Value) -> Response {
    Response::of_type(StatusCode::OK, "application/json", value.to_string())
}

fn refuse(status: StatusCode, message: String) -> Response {
    Response::of_type(
        status,
        "application/json",
        json!({ "message": message }).to_string(),
    )
}
