//! `$batch`: many requests in one, some of them as one change.
//!
//! Layer: above the front door's routing, which answers each inner request as if it had come alone. The whole body is
//! understood before the first request runs: a malformed batch does nothing (reference §4.1–§4.3).

mod address;
mod answer;
mod change_set;
mod malformed;
mod message;
mod multipart;
mod operation;
mod references;
mod surroundings;

use http::{Method, StatusCode, header};

use crate::http::{ODataRequest, Response, SimError};

use answer::{Answered, Answers};
use malformed::{MAX_OPERATIONS, malformed};
use operation::{Item, Operation};
pub use surroundings::Surroundings;

/// Longest URL of a request inside a batch, in characters.
pub const MAX_URL: usize = 65_536;

/// Answers `POST $batch`.
///
/// # Errors
/// 400 for a batch that cannot be understood; failures of inner requests are part of the answer.
pub fn handle(
    surroundings: &Surroundings<'_>,
    request: &ODataRequest,
) -> Result<Response, SimError> {
    if request.method != Method::POST {
        return Err(SimError::method_not_allowed(format!(
            "The requested resource does not support http method '{}'.",
            request.method
        )));
    }
    let content_type = request
        .header(header::CONTENT_TYPE.as_str())
        .ok_or_else(|| malformed("The batch request must have a \"Content-Type\" header."))?;
    let boundary = multipart::boundary(content_type)?;
    let items = operation::read(&request.body, &boundary)?;
    let goes_on = request.preferences.continue_on_error;
    let mut answers = Answers::default();
    let mut status = StatusCode::OK;
    for item in &items {
        let answered = match item {
            Item::Single(operation) => Answered::Single(single(surroundings, operation)),
            Item::ChangeSet(operations) => change_set::run(surroundings, operations)?,
        };
        let failure = answered.failure();
        answers.push(answered);
        if let Some(failure) = failure.filter(|_| !goes_on) {
            status = failure;
            break;
        }
    }
    let response = answers.into_response(status);
    Ok(if goes_on {
        response.with_header("preference-applied", "odata.continue-on-error")
    } else {
        response
    })
}

/// Runs a request that belongs to no change set, and so may refer to no other.
fn single(surroundings: &Surroundings<'_>, operation: &Operation) -> answer::Part {
    let run = || {
        let target = address::target(&operation.url, &references::References::default())?;
        Ok((surroundings.dispatch)(
            target.version,
            operation.request(target, operation.body.clone()),
        ))
    };
    answer::Part::new(
        operation.content_id.clone(),
        run().unwrap_or_else(|error: SimError| error.into_response()),
    )
}
