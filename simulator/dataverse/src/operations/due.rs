//! What was put off and is due.
//!
//! Layer: operations, the top.

use std::sync::atomic::Ordering;

use crate::organisation::{BackgroundState, OrgContext};

use super::repertoire::Repertoire;
use super::{dispatch, jobs};

/// Does what was put off and is due by now.
pub fn run_due(repertoire: &Repertoire, context: &OrgContext<'_>) {
    jobs::run_due(context);
    run_background(repertoire, context);
}

/// Does those whose turn has come.
fn run_background(repertoire: &Repertoire, context: &OrgContext<'_>) {
    let background = context.organisation.background();
    if background.waiting.load(Ordering::Acquire) == 0 {
        return;
    }
    while let Some((id, request, caller, service_root)) = background.take_due(context.now) {
        let theirs = OrgContext {
            organisation: context.organisation,
            schema: context.organisation.schema(),
            caller,
            service_root,
            now: context.now,
        };
        let outcome = dispatch::again(repertoire, &theirs, &request);
        let mut entries = background.entries.lock();
        if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
            entry.state = BackgroundState::Done(outcome);
        }
    }
}
