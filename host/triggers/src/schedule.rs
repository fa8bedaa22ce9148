//! When a subscription is polled next. Pure.
//!
//! The next time counts from now and never from when it was due: whatever was missed while no host ran is
//! made up by one poll.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How long between polls: after news the least, and without news twice as long each time, up to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Schedule {
    /// The shortest wait, in milliseconds.
    pub least_ms: u64,
    /// The longest wait, in milliseconds.
    pub most_ms: u64,
}

impl Schedule {
    /// The wait that follows on a poll: `before` was the one before it.
    #[must_use]
    pub fn wait(&self, before_ms: Option<u64>, news: bool) -> Duration {
        let wait = match before_ms {
            Some(before) if !news => before.saturating_mul(2),
            _ => self.least_ms,
        };
        Duration::from_millis(wait.min(self.most_ms).max(self.least_ms))
    }

    /// When that is, less up to a tenth of it by `random`: what began together does not stay together.
    #[must_use]
    pub fn due(now: OffsetDateTime, wait: Duration, random: u64) -> OffsetDateTime {
        let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let less = random % (milliseconds / 10 + 1);
        now + Duration::from_millis(milliseconds - less)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn polls_come_faster_with_news_and_slower_without_between_bounds() {
        let schedule = Schedule {
            least_ms: 1_000,
            most_ms: 5_000,
        };
        for (before, news, wait) in [
            (None, false, 1_000),
            (Some(1_000), false, 2_000),
            (Some(2_000), false, 4_000),
            (Some(4_000), false, 5_000),
            (Some(5_000), false, 5_000),
            (Some(5_000), true, 1_000),
            (Some(100), false, 1_000),
        ] {
            let found = schedule.wait(before, news);
            assert_eq!(found, Duration::from_millis(wait), "{before:?} {news}");
        }
        let fixed = Schedule {
            least_ms: 60_000,
            most_ms: 60_000,
        };
        assert_eq!(fixed.wait(Some(60_000), false), Duration::from_secs(60));
    }

    #[test]
    fn chance_takes_away_a_tenth_at_most_and_what_was_missed_is_made_up_once() {
        let now = datetime!(2026-11-21 08:00 UTC);
        let wait = Duration::from_secs(100);
        for random in [0, 5_000, 10_000, 10_001, u64::MAX] {
            let due = Schedule::due(now, wait, random);
            assert!(due > now + Duration::from_secs(89), "{due}");
            assert!(due <= now + wait, "{due}");
        }
    }
}
