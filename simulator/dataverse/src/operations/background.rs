//! Background operations, a preview of the service: a custom action that is asked for with `Prefer: respond-async` is
//! answered at once and done afterwards.
//!
//! Layer: operations. They wait in memory for the organisation's clock and, like [`jobs`](super::jobs), are done by the
//! next request that comes by. The reference (§1.3) tells of 202 and `Location`; the rest is in `UNVERIFIED.md`.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Method, StatusCode};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::{Caller, OrgContext};

use super::call;

/// Where the state of one is asked for, below the origin.
pub const ROOT: &str = "/api/backgroundoperation/";
/// How long one waits for its turn.
const WAIT: Duration = Duration::seconds(1);
/// How many are remembered.
const REMEMBERED: usize = 1_000;

/// The background operations of an organisation.
#[derive(Debug, Default)]
pub struct Background {
    entries: Mutex<VecDeque<Entry>>,
    /// Those that are not done, so that a request that finds none pays for one load.
    waiting: AtomicUsize,
}

#[derive(Debug)]
struct Entry {
    id: Uuid,
    caller: Caller,
    service_root: String,
    due: OffsetDateTime,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting(Box<ODataRequest>),
    Running,
    Canceled,
    Done(Result<Response, SimError>),
}

impl State {
    /// `statecode` and `statuscode`, as jobs have them.
    fn codes(&self) -> (i64, i64) {
        match self {
            Self::Waiting(_) => (0, 0),
            Self::Running => (2, 20),
            Self::Done(Ok(_)) => (3, 30),
            Self::Done(Err(_)) => (3, 31),
            Self::Canceled => (3, 32),
        }
    }
}

impl Background {
    /// Takes a request that is to be done later.
    pub(super) fn accept(&self, context: &OrgContext<'_>, request: &ODataRequest) -> Response {
        let id = Uuid::new_v4();
        let mut request = request.clone();
        request.preferences.respond_async = false;
        let mut entries = self.entries.lock();
        if entries.len() >= REMEMBERED
            && let Some(oldest) = entries.pop_front()
            && matches!(oldest.state, State::Waiting(_))
        {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
        }
        entries.push_back(Entry {
            id,
            caller: context.caller,
            service_root: context.service_root.clone(),
            due: context.now + WAIT,
            state: State::Waiting(Box::new(request)),
        });
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let origin = context.service_root.split("/api/data/").next();
        let location = format!("{}{ROOT}{id}", origin.unwrap_or_default());
        Response::empty(StatusCode::ACCEPTED)
            .with_header("location", &location)
            .with_header("x-ms-dyn-backgroundoperationid", &id.to_string())
            .with_header("preference-applied", "respond-async")
    }

    /// Does those whose turn has come.
    pub(super) fn run_due(&self, context: &OrgContext<'_>) {
        if self.waiting.load(Ordering::Acquire) == 0 {
            return;
        }
        while let Some((id, request, caller, service_root)) = self.take_due(context.now) {
            let theirs = OrgContext {
                organisation: context.organisation,
                schema: context.organisation.schema(),
                caller,
                service_root,
                now: context.now,
            };
            let outcome = call::again(&theirs, &request);
            let mut entries = self.entries.lock();
            if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
                entry.state = State::Done(outcome);
            }
        }
    }

    fn take_due(&self, now: OffsetDateTime) -> Option<(Uuid, Box<ODataRequest>, Caller, String)> {
        let mut entries = self.entries.lock();
        let entry = entries
            .iter_mut()
            .find(|entry| matches!(entry.state, State::Waiting(_)) && entry.due <= now)?;
        let State::Waiting(request) = std::mem::replace(&mut entry.state, State::Running) else {
            return None;
        };
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        Some((entry.id, request, entry.caller, entry.service_root.clone()))
    }

    /// Tells the state of one, or cancels one that still waits. Those of other users are not there.
    ///
    /// # Errors
    /// 404 for none, 400 for cancelling one that is done, 405 for other methods.
    pub(super) fn handle(
        &self,
        context: &OrgContext<'_>,
        method: &Method,
        id: &str,
    ) -> Result<Response, SimError> {
        let mut entries = self.entries.lock();
        let wanted = Uuid::try_parse(id).ok();
        let entry = entries
            .iter_mut()
            .find(|entry| {
                Some(entry.id) == wanted && entry.caller.user_id == context.caller.user_id
            })
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
                entry.state = State::Canceled;
                self.waiting.fetch_sub(1, Ordering::AcqRel);
                Ok(tell(entry))
            }
            Method::DELETE => Err(SimError::new(
                StatusCode::BAD_REQUEST,
                "0x80040203",
                format!(
                    "The background operation {id} does not wait any more and cannot be canceled."
                ),
            )),
            _ => Err(SimError::method_not_allowed(
                "The requested resource does not support this http method.",
            )),
        }
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
