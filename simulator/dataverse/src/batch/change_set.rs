//! A change set: its requests run in order as one change, and the first that fails undoes them all.
//!
//! Layer: batch (reference §4.1, §4.3).

use http::StatusCode;
use serde_json::Value;

use crate::http::{Response, SimError};
use crate::rows::StoreError;

use super::Surroundings;
use super::address::{Target, target};
use super::answer::{Answered, Part};
use super::operation::Operation;
use super::references::References;

/// Why a change set was undone.
enum Undone {
    /// A request in it failed.
    Failed(Box<Part>),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Runs a change set.
///
/// # Errors
/// 500 when the store fails.
pub(super) fn run(
    surroundings: &Surroundings<'_>,
    operations: &[Operation],
) -> Result<Answered, SimError> {
    let all = surroundings.organisation.atomically(|| {
        let mut references = References::default();
        let mut parts = Vec::with_capacity(operations.len());
        for operation in operations {
            let (response, place) = answer(surroundings, operation, &references)
                .unwrap_or_else(|error| (error.into_response(), String::new()));
            let failed = response.status.is_client_error() || response.status.is_server_error();
            let part = Part::new(operation.content_id.clone(), response);
            if failed {
                return Err(Undone::Failed(Box::new(part)));
            }
            if let Some(id) = &operation.content_id {
                references.add(id, &place);
            }
            parts.push(part);
        }
        Ok(parts)
    });
    match all {
        Ok(parts) => Ok(Answered::ChangeSet(parts)),
        Err(Undone::Failed(part)) => Ok(Answered::Single(*part)),
        Err(Undone::Store(error)) => Err(error.into()),
    }
}

/// Runs one request, and tells where the row is that it made or changed.
fn answer(
    surroundings: &Surroundings<'_>,
    operation: &Operation,
    references: &References,
) -> Result<(Response, String), SimError> {
    let target = target(&operation.url, references)?;
    let body = match references.in_body(&operation.body)? {
        Some(body) => body.into(),
        None => operation.body.clone(),
    };
    let Target { version, path, .. } = &target;
    let (version, path) = (*version, path.clone());
    let response = (surroundings.dispatch)(version, operation.request(target, body));
    let place = made_at(surroundings, &response, &path).unwrap_or(path);
    Ok((response, place))
}

/// Where a new row is: its address in the headers, or its primary id in the representation, which comes without one.
fn made_at(surroundings: &Surroundings<'_>, response: &Response, path: &str) -> Option<String> {
    let header = |name| Some(response.headers.get(name)?.to_str().ok()?.to_owned());
    if let Some(url) = header("odata-entityid").or_else(|| header("location")) {
        return Some(url);
    }
    if response.status != StatusCode::CREATED {
        return None;
    }
    let set = path.split(['/', '(']).next()?;
    let schema = surroundings.organisation.schema();
    let row: Value = serde_json::from_slice(&response.body).ok()?;
    let id = row.get(&schema.table_by_set(set)?.primary_id)?.as_str()?;
    Some(format!("{set}({id})"))
}
