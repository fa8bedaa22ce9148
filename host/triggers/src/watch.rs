//! Watching a trigger without keeping anything: for whoever looks on.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use airlock_runtime::{ConnectorError, Host, HostError, Poll, Start};
use time::OffsetDateTime;

use crate::error::TriggerError;
use crate::message;

/// Identities that are remembered, so that what is found twice is told once.
const REMEMBERED: usize = 100_000;

/// A watch over one trigger.
pub struct Watch {
    host: Arc<Host>,
    poll: Poll,
    every: Duration,
    seen: HashSet<String>,
    order: VecDeque<String>,
    due: bool,
}

/// What one look found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Messages, in their order.
    pub messages: Vec<String>,
    /// Nothing more is waiting.
    pub done: bool,
    /// What may have happened and can never be told.
    pub missed: Option<String>,
}

impl Watch {
    /// A watch that looks so often, from where `poll` starts.
    pub fn new(host: Arc<Host>, poll: Poll, every: Duration) -> Self {
        Self {
            host,
            poll,
            every,
            seen: HashSet::new(),
            order: VecDeque::new(),
            due: true,
        }
    }

    /// Looks, once it is time to. Dropped before it has an answer, it looks again from the same place.
    ///
    /// # Errors
    /// What the trigger or the way to its service have against it. A cursor that is too old is none: everything
    /// is read anew then.
    pub async fn look(&mut self) -> Result<Looked, TriggerError> {
        if !self.due {
            tokio::time::sleep(self.every).await;
            self.due = true;
        }
        let page = match self.host.poll(&self.poll).await {
            Ok(page) => page,
            Err(HostError::Connector(ConnectorError::CursorExpired(said))) => {
                let Start::Cursor(cursor) = &self.poll.start else {
                    return Err(HostError::from(ConnectorError::CursorExpired(said)).into());
                };
                self.poll.start = Start::Expired(cursor.clone());
                return Ok(Looked::default());
            }
            Err(error) => {
                self.due = false;
                return Err(error.into());
            }
        };
        let now = OffsetDateTime::now_utc();
        let mut messages = Vec::new();
        let (trigger, connection) = (&self.poll.trigger, self.poll.connection.as_str());
        for event in page.events {
            if self.seen.contains(&event.id) {
                continue;
            }
            self.seen.insert(event.id.clone());
            self.order.push_back(event.id.clone());
            messages.push(message::of_polled(trigger, connection, event, now)?);
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.seen.remove(&oldest);
            }
        }
        self.poll.start = Start::Cursor(page.cursor);
        self.due = page.more;
        Ok(Looked {
            messages,
            done: !page.more,
            missed: page.missed,
        })
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
