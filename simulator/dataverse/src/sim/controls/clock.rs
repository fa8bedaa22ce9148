//! `/sim/clock`: the time that everything reads.

use serde::Deserialize;
use time::{Duration, OffsetDateTime};

use super::Call;
use super::answer::{Outcome, Refusal, answer, read};
use crate::control::ClockSetting;
use crate::sim::state::State;

/// What to do with it, in this order.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Turn {
    /// Stop it or let it run on.
    frozen: Option<bool>,
    /// Show this moment.
    #[serde(default, with = "time::serde::rfc3339::option")]
    now: Option<OffsetDateTime>,
    /// Move it, backwards too.
    advance_seconds: Option<i64>,
}

impl State {
    pub(super) fn tell_time(&self) -> Outcome {
        answer(&self.clock.describe())
    }

    pub(super) fn turn_clock(&self, call: &Call<'_>) -> Outcome {
        let turn: Turn = read(call.body, "setting of the clock")?;
        let before = self.clock.setting();
        self.turn(&turn)
            .inspect_err(|_| self.clock.restore(before))?;
        self.tell_time()
    }

    fn turn(&self, turn: &Turn) -> Result<(), Refusal> {
        let clock = &self.clock;
        if let Some(frozen) = turn.frozen {
            clock.freeze(frozen);
        }
        if let Some(now) = turn.now {
            clock.set(now).map_err(wrong)?;
        }
        if let Some(seconds) = turn.advance_seconds {
            clock.advance(Duration::seconds(seconds)).map_err(wrong)?;
        }
        Ok(())
    }

    /// The machine's time again.
    pub(super) fn reset_clock(&self) -> Outcome {
        self.clock.restore(ClockSetting::Running(Duration::ZERO));
        self.tell_time()
    }
}

fn wrong(error: impl std::fmt::Display) -> Refusal {
    Refusal::wrong(format!("This is no setting of the clock: {error}."))
}
