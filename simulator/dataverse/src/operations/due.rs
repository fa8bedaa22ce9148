//! What was put off and is due.
//!
//! Layer: operations, the top.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::outbound;
use crate::organisation::{BackgroundState, OrgContext, Organisation};

use super::repertoire::Repertoire;
use super::{background, background_row, dispatch, jobs};

/// Does what was put off and is due by now.
pub fn run_due(repertoire: &Repertoire, context: &OrgContext<'_>) {
    jobs::run_due(context);
    run_background(repertoire, context.organisation, context.now);
}

/// Does the background operations whose turn has come, and tells those who asked to be told.
pub fn run_background(repertoire: &Repertoire, organisation: &Organisation, now: OffsetDateTime) {
    let background = organisation.background();
    if background.waiting.load(Ordering::Acquire) == 0 {
        return;
    }
    while let Some((id, request, caller, service_root)) = background.take_due(now) {
        let callback = request.preferences.callback.clone();
        let theirs = OrgContext {
            organisation,
            schema: organisation.schema(),
            caller,
            service_root,
            now,
        };
        let state = match background_row::start(organisation, id, now) {
            Ok(true) => BackgroundState::Done(dispatch::again(repertoire, &theirs, &request)),
            // Its row says that it is not to be done any more.
            Ok(false) => BackgroundState::Canceled,
            Err(error) => BackgroundState::Done(Err(error)),
        };
        // The state in memory is what counts; a row that cannot be written is of no use to anybody then.
        let _ = match &state {
            BackgroundState::Done(outcome) => {
                background_row::done(organisation, id, now, outcome, state.codes())
            }
            _ => background_row::end(organisation, id, now, state.codes()),
        };
        let told = callback.map(|url| (url, notice(&theirs.service_root, id, &state)));
        let mut entries = background.entries.lock();
        if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
            entry.state = state;
        }
        drop(entries);
        if let Some((url, body)) = told {
            outbound::send(&url, &body);
        }
    }
}

/// What is posted to whoever asked to be told.
fn notice(service_root: &str, id: Uuid, state: &BackgroundState) -> String {
    let (state_code, status_code) = state.codes();
    let mut notice = json!({
        "location": background::location(service_root, id),
        "backgroundOperationId": id,
        "backgroundOperationStateCode": state_code,
        "backgroundOperationStatusCode": status_code,
    });
    if let (BackgroundState::Done(Err(error)), Value::Object(members)) = (state, &mut notice) {
        let code = background_row::number(&error.code);
        members.insert("backgroundOperationErrorCode".to_owned(), json!(code));
        let message = json!(error.message);
        members.insert("backgroundOperationErrorMessage".to_owned(), message);
    }
    notice.to_string()
}
