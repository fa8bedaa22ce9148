//! Polls against a script, for the tests of this folder.

use airlock_connector::{Error, Page, Start, dispatch, testing::Script};
use futures::executor::block_on;
use serde_json::Value;

use crate::Dynamics;
use crate::actions::testing::session;

/// Polls a trigger over a new connection.
pub(crate) fn poll(
    script: &Script,
    trigger: &str,
    config: &Value,
    start: Start<'_>,
) -> Result<Page, Error> {
    let config = config.to_string();
    let session = session(script);
    let polled = dispatch::poll::<Dynamics, _>(&session, trigger, &config, start);
    block_on(polled)
}

/// Kind and id of each event.
pub(crate) fn told(page: &Page) -> Vec<(&str, &str)> {
    let events = page.events.iter();
    events
        .map(|event| (event.kind.as_str(), event.id.as_str()))
        .collect()
}

/// What an event carries.
pub(crate) fn payload(page: &Page, index: usize) -> Value {
    serde_json::from_str(&page.events[index].payload).unwrap()
}
