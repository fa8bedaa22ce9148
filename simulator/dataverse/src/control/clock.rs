//! The simulator's clock: the machine's unless somebody sets it, moves it or stops it.
//!
//! Tokens, limits, row dates and change tracking all read it, so that a test can let ninety days pass in no time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::organisation::Clock;

/// Bounds of what can be set: token times and row dates stay sane within.
const EARLIEST: OffsetDateTime = datetime!(1970-01-01 00:00 UTC);
const LATEST: OffsetDateTime = datetime!(2200-01-01 00:00 UTC);

/// A clock that can be turned.
pub struct SimClock {
    base: Arc<dyn Clock>,
    setting: RwLock<ClockSetting>,
    /// Spares the lock while nobody has touched the clock.
    is_turned: AtomicBool,
}

/// How the clock stands to the one below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSetting {
    /// It runs, so far ahead.
    Running(Duration),
    /// It stands at this moment.
    Frozen(OffsetDateTime),
}

/// A time outside what the clock can show.
#[derive(Debug, thiserror::Error)]
#[error("the clock can be set from 1970 to 2199")]
pub struct OutOfRange;

impl SimClock {
    /// A clock that shows what the base shows.
    pub fn new(base: Arc<dyn Clock>) -> Self {
        Self {
            base,
            setting: RwLock::new(ClockSetting::Running(Duration::ZERO)),
            is_turned: AtomicBool::new(false),
        }
    }

    /// How it is set.
    pub fn setting(&self) -> ClockSetting {
        *self.setting.read()
    }

    /// Sets it as it was set before, such as when a snapshot was taken.
    pub fn restore(&self, setting: ClockSetting) {
        let mut current = self.setting.write();
        *current = setting;
        let is_turned = setting != ClockSetting::Running(Duration::ZERO);
        self.is_turned.store(is_turned, Ordering::Release);
    }

    /// Shows this moment from now on, running or not as before.
    pub fn set(&self, moment: OffsetDateTime) -> Result<(), OutOfRange> {
        let moment = in_range(Some(moment))?;
        self.restore(match self.setting() {
            ClockSetting::Running(_) => ClockSetting::Running(moment - self.base.now()),
            ClockSetting::Frozen(_) => ClockSetting::Frozen(moment),
        });
        Ok(())
    }

    /// Moves it, backwards too.
    pub fn advance(&self, by: Duration) -> Result<(), OutOfRange> {
        self.set(in_range(self.now().checked_add(by))?)
    }

    /// Stops it, or lets it run on from where it stands.
    pub fn freeze(&self, is_frozen: bool) {
        let now = self.now();
        match (self.setting(), is_frozen) {
            (ClockSetting::Running(_), true) => self.restore(ClockSetting::Frozen(now)),
            (ClockSetting::Frozen(_), false) => {
                self.restore(ClockSetting::Running(now - self.base.now()));
            }
            _ => {}
        }
    }

    /// What `/sim/clock` tells.
    pub fn describe(&self) -> Value {
        let ahead = self.now() - self.base.now();
        json!({
            "now": self.now().format(&Rfc3339).unwrap_or_default(),
            "frozen": matches!(self.setting(), ClockSetting::Frozen(_)),
            "ahead-seconds": ahead.whole_seconds(),
        })
    }
}

fn in_range(moment: Option<OffsetDateTime>) -> Result<OffsetDateTime, OutOfRange> {
    moment
        .filter(|moment| (EARLIEST..LATEST).contains(moment))
        .ok_or(OutOfRange)
}

impl Clock for SimClock {
    fn now(&self) -> OffsetDateTime {
        if !self.is_turned.load(Ordering::Acquire) {
            return self.base.now();
        }
        match self.setting() {
            ClockSetting::Running(ahead) => {
                let now = self.base.now();
                now.checked_add(ahead).unwrap_or(now)
            }
            ClockSetting::Frozen(moment) => moment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> OffsetDateTime {
            datetime!(2026-11-21 08:00 UTC)
        }
    }

    fn clock() -> SimClock {
        SimClock::new(Arc::new(Still))
    }

    #[test]
    fn an_untouched_clock_shows_the_base() {
        assert_eq!(clock().now(), Still.now());
    }

    #[test]
    fn it_is_set_and_moved_both_ways() {
        let clock = clock();
        clock.set(datetime!(2030-01-01 00:00 UTC)).unwrap();
        clock.advance(Duration::seconds(90)).unwrap();
        assert_eq!(clock.now(), datetime!(2030-01-01 00:01:30 UTC));
        clock.advance(Duration::days(-1)).unwrap();
        assert_eq!(clock.now(), datetime!(2029-12-31 00:01:30 UTC));
    }

    #[test]
    fn a_frozen_clock_stands_until_it_is_let_go() {
        let clock = clock();
        clock.freeze(true);
        clock.advance(Duration::HOUR).unwrap();
        assert_eq!(
            clock.setting(),
            ClockSetting::Frozen(datetime!(2026-11-21 09:00 UTC))
        );
        clock.freeze(false);
        assert_eq!(clock.setting(), ClockSetting::Running(Duration::HOUR));
    }

    #[test]
    fn times_nobody_can_mean_are_refused() {
        let clock = clock();
        assert!(clock.set(datetime!(2300-01-01 00:00 UTC)).is_err());
        assert!(clock.advance(Duration::MAX).is_err());
        assert_eq!(clock.now(), Still.now());
    }
}
