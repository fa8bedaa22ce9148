//! The simulator of one case file: fresh, in this process, on a clock that stands still.

use std::sync::Arc;

use anyhow::Context;
use dataverse_sim::operations::CustomOperations;
use dataverse_sim::organisation::Clock;
use dataverse_sim::sim::ApplicationUser;
use dataverse_sim::{RunningSim, Sim};
use parking_lot::Mutex;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::{Uuid, uuid};

use crate::case::Settings;

/// The time of a case file that names none: a Friday, in the middle of a fiscal year, far from any change of clocks.
const START: &str = "2026-11-20T09:30:00Z";
/// Client id of the application that is no user of the organisation.
pub const STRANGER: Uuid = uuid!("5a7e1f00-0000-4000-8000-0000000000c9");
/// Its secret.
pub const STRANGER_SECRET: &str = "stranger-secret";

/// A clock that cases turn.
pub struct TestClock(Mutex<OffsetDateTime>);

impl TestClock {
    /// Turns it forward.
    pub fn advance(&self, seconds: i64) {
        *self.0.lock() += Duration::seconds(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock()
    }
}

/// Starts the simulator of a file.
pub async fn start(settings: &Settings) -> anyhow::Result<(RunningSim, Arc<TestClock>)> {
    let text = settings.clock.as_deref().unwrap_or(START);
    let now = OffsetDateTime::parse(text, &Rfc3339).with_context(|| format!("clock `{text}`"))?;
    let clock = Arc::new(TestClock(Mutex::new(now)));
    let stranger = ApplicationUser::new("Stranger", STRANGER, STRANGER_SECRET);
    let mut builder = Sim::builder()
        .clock(clock.clone())
        .threads(1)
        .application(stranger.without_user());
    match settings.seed.as_deref() {
        Some("none") => {}
        seed => builder = builder.seed(seed.unwrap_or("small").parse()?),
    }
    if let Some(text) = &settings.operations {
        builder = builder.operations(CustomOperations::parse(text)?);
    }
    Ok((builder.start().await?, clock))
}
