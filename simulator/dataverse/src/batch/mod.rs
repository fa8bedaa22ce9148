//! `$batch`: many requests in one, some of them as one change.
//!
//! Layer: above the front door's routing, which answers each inner request as if it had come alone. The whole body is
//! understood before the first request runs: a malformed batch does nothing (reference §4.1–§4.3).

mod address;
mod answer;
mod change_set;
mod message;
mod multipart;
mod operation;
mod references;

use http::{Method, StatusCode, header};

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::Organisation;

use answer::{Answered, Answers};
use operation::{Item, Operation};

/// Requests in one batch, those of its change sets included.
const MAX_OPERATIONS: usize = 1_000;

/// Longest URL of a request inside a batch, in characters.
pub const MAX_URL: usize = 65_536;

/// What a batch needs of the world around it.
pub struct Surroundings<'a> {
    /// The organisation whose rows a change set changes as one.
    pub organisation: &'a Organisation,
    /// Answers one request under the service root of a version; `None` means that of the batch.
    pub dispatch: &'a dyn Fn(Option<&str>, ODataRequest) -> Response,
}

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

/// 400: the batch as a whole makes no sense. Its texts are those of Microsoft's OData library, its code is assumed.
fn malformed(message: impl Into<String>) -> SimError {
    SimError::bad_url(message)
}
