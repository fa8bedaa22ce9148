//! Background operations, a preview of the service: a custom action that is asked for with `Prefer: respond-async` is
//! answered at once and done afterwards.
//!
//! Layer: operations. They wait in memory for the organisation's clock and, like [`jobs`](super::jobs), are done by the
//! next request that comes by. The reference (§1.3) tells of 202 and `Location`; the rest is in `UNVERIFIED.md`.

use std::sync::atomic::Ordering;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use time::Duration;
use uuid::Uuid;

use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::{BackgroundState as State, Entry, OrgContext};

use super::background_row;
use super::declaration::Declaration;

/// Where the state of one is asked for, below the origin.
pub const ROOT: &str = "/api/backgroundoperation/";
/// How long one waits for its turn.
const WAIT: Duration = Duration::seconds(1);
/// How many are remembered.
const REMEMBERED: usize = 1_000;

/// Takes a request that is to be done later.
///
/// # Errors
/// When the store fails.
pub(super) fn accept(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    operation: &Declaration,
) -> Result<Response, SimError> {
    let id = Uuid::new_v4();
    let background = context.organisation.background();
    let mut request = request.clone();
    let callback = request.preferences.callback.clone();
    request.preferences.respond_async = false;
    background_row::begin(context, id, operation, &request)?;
    let mut entries = background.entries.lock();
    if entries.len() >= REMEMBERED
        && let Some(oldest) = entries.pop_front()
        && matches!(oldest.state, State::Waiting(_))
    {
        background.waiting.fetch_sub(1, Ordering::AcqRel);
    }
    entries.push_back(Entry {
        id,
        caller: context.caller,
        service_root: context.service_root.clone(),
        due: context.now + WAIT,
        state: State::Waiting(Box::new(request)),
    });
    background.waiting.fetch_add(1, Ordering::AcqRel);
    let location = location(&context.service_root, id);
    let (answer, applied) = match callback {
        None => (Response::empty(StatusCode::ACCEPTED), "respond-async"),
        Some(_) => {
            let body = json!({ "backgroundOperationId": id, "location": location }).to_string();
            let answer = Response::json(StatusCode::ACCEPTED, body, MetadataLevel::Minimal);
            (answer, "callback")
        }
    };
    Ok(answer
        .with_header("location", &location)
        .with_header("x-ms-dyn-backgroundoperationid", &id.to_string())
        .with_header("preference-applied", applied))
}

/// Where the state of one is asked for.
pub(super) fn location(service_root: &str, id: Uuid) -> String {
    let origin = service_root.split("/api/data/").next();
    format!("{}{ROOT}{id}", origin.unwrap_or_default())
}

/// Tells the state of one, or cancels one that still waits. Those of other users are not there.
///
/// # Errors
/// 404 for none, 400 for cancelling one that is done, 405 for other methods.
pub fn handle(context: &OrgContext<'_>, method: &Method, id: &str) -> Result<Response, SimError> {
    let background = context.organisation.background();
    let mut entries = background.entries.lock();
    let wanted = Uuid::try_parse(id).ok();
    let entry = entries
        .iter_mut()
        .find(|entry| Some(entry.id) == wanted && entry.caller.user_id == context.caller.user_id)
        .ok_or_else(|| {
            SimError::new(
                StatusCode::NOT_FOUND,
                "0x80040217",
                format!("backgroundoperation With Id = {id} Does Not Exist"),
            )
        })?;
    match *method {
        Method::GET | Method::HEAD => Ok(tell(entry)),
        Method::DELETE if matches!(entry.state, State::Waiting(_)) => {
            background_row::end(
                context.organisation,
                entry.id,
                context.now,
                State::Canceled.codes(),
            )?;
            entry.state = State::Canceled;
            background.waiting.fetch_sub(1, Ordering::AcqRel);
            Ok(tell(entry))
        }
        Method::DELETE => Err(SimError::new(
            StatusCode::BAD_REQUEST,
            "0x80040203",
            format!("The background operation {id} does not wait any more and cannot be canceled."),
        )),
        _ => Err(SimError::method_not_allowed(
            "The requested resource does not support this http method.",
        )),
    }
}

fn tell(entry: &Entry) -> Response {
    let (state, status) = entry.state.codes();
    let mut body = Map::from_iter([
        ("backgroundOperationId".to_owned(), json!(entry.id)),
        ("backgroundOperationStateCode".to_owned(), json!(state)),
        ("backgroundOperationStatusCode".to_owned(), json!(status)),
    ]);
    match &entry.state {
        State::Done(Ok(response)) => {
            if let Ok(Value::Object(members)) = serde_json::from_slice(&response.body) {
                body.extend(
                    members
                        .into_iter()
                        .filter(|(name, _)| name != "@odata.context"),
                );
            }
        }
        State::Done(Err(error)) => {
            body.insert("backgroundOperationErrorCode".to_owned(), json!(error.code));
            body.insert(
                "backgroundOperationErrorMessage".to_owned(),
                json!(error.message),
            );
        }
        State::Waiting(_) | State::Running | State::Canceled => {}
    }
    Response::json(
        StatusCode::OK,
        Value::Object(body).to_string(),
        MetadataLevel::Minimal,
    )
}
