//! Background operations that wait or are done. What they are and how they run is for [`operations`](crate::operations).
//!
//! Layer: organisation, in memory only.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};

use super::identity::Caller;

/// The background operations of an organisation.
#[derive(Debug, Default)]
pub struct Background {
    pub(crate) entries: Mutex<VecDeque<Entry>>,
    /// Those that are not done, so that a request that finds none pays for one load.
    pub(crate) waiting: AtomicUsize,
}

/// One of them.
#[derive(Debug)]
pub struct Entry {
    pub(crate) id: Uuid,
    pub(crate) caller: Caller,
    pub(crate) service_root: String,
    pub(crate) due: OffsetDateTime,
    pub(crate) state: BackgroundState,
}

/// How far one is.
#[derive(Debug)]
pub enum BackgroundState {
    /// Its request waits for its time.
    Waiting(Box<ODataRequest>),
    /// Its request is being answered.
    Running,
    /// It was cancelled while it waited.
    Canceled,
    /// Its request was answered so.
    Done(Result<Response, SimError>),
}

impl BackgroundState {
    /// `statecode` and `statuscode`, as jobs have them.
    pub(crate) fn codes(&self) -> (i64, i64) {
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
    pub(crate) fn take_due(
        &self,
        now: OffsetDateTime,
    ) -> Option<(Uuid, Box<ODataRequest>, Caller, String)> {
        let mut entries = self.entries.lock();
        let entry = entries
            .iter_mut()
            .find(|entry| matches!(entry.state, BackgroundState::Waiting(_)) && entry.due <= now)?;
        let BackgroundState::Waiting(request) =
            std::mem::replace(&mut entry.state, BackgroundState::Running)
        else {
            return None;
        };
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        Some((entry.id, request, entry.caller, entry.service_root.clone()))
    }
}
