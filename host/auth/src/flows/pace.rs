//! When a device may ask again (RFC 8628 §3.5).
//!
//! Auth layer; pure. An authority counts: who asks too often is told to slow down, and who does
//! not is locked out.

use std::time::Duration;

use time::OffsetDateTime;

/// What RFC 8628 adds after `slow_down`.
const SLOWER: Duration = Duration::from_secs(5);

/// While the authority does not answer, it is asked less and less often, but never less than so.
const SLOWEST: Duration = Duration::from_secs(60);

/// No authority is taken to mean a shorter pause: zero would ask without end.
const SHORTEST: Duration = Duration::from_secs(1);

/// Nobody is waited for longer, whatever the authority says.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// When the next question is due, and when there is none any more.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    due: OffsetDateTime,
    until: OffsetDateTime,
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// The person has not answered yet.
    Pending,
    /// That was asked too soon.
    SlowDown,
    /// The authority could not be reached, and asked to be left alone for so long.
    Away(Option<Duration>),
}

impl Heard {
    /// What one of OAuth's error codes says; nothing for those that end the sign-in.
    pub(super) fn of(error: &str) -> Option<Self> {
        match error {
            "authorization_pending" => Some(Self::Pending),
            "slow_down" => Some(Self::SlowDown),
            _ => None,
        }
    }
}

impl Pace {
    pub(super) fn new(now: OffsetDateTime, interval: Duration, expires_in: Duration) -> Self {
        let interval = interval.clamp(SHORTEST, SLOWEST);
        Self {
            interval,
            due: now + interval,
            until: now + expires_in.min(LONGEST),
        }
    }

    /// How long to wait before the next question; `None` when the code has run out by then.
    pub(super) fn wait(&self, now: OffsetDateTime) -> Option<Duration> {
        (self.due < self.until && now < self.until)
            .then(|| Duration::try_from(self.due - now).unwrap_or_default())
    }

    /// Until when the code is good.
    pub(super) fn until(&self) -> OffsetDateTime {
        self.until
    }

    pub(super) fn heard(&mut self, now: OffsetDateTime, heard: Heard) {
        let mut pause = self.interval;
        match heard {
            Heard::Pending => {}
            Heard::SlowDown => {
                self.interval += SLOWER;
                pause = self.interval;
            }
            Heard::Away(asked) => {
                self.interval = (self.interval * 2).min(SLOWEST.max(self.interval));
                pause = self.interval.max(asked.unwrap_or_default());
            }
        }
        self.due = now + pause;
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

    fn seconds(pace: &Pace, now: OffsetDateTime) -> Option<u64> {
        pace.wait(now).map(|wait| wait.as_secs())
    }

    fn at(seconds: u64) -> OffsetDateTime {
        NOON + Duration::from_secs(seconds)
    }

    #[test]
    fn the_first_question_waits_for_the_interval_too() {
        let pace = Pace::new(NOON, Duration::from_secs(5), Duration::from_secs(900));
        assert_eq!(seconds(&pace, NOON), Some(5));
        assert_eq!(seconds(&pace, at(3)), Some(2));
        assert_eq!(seconds(&pace, at(7)), Some(0));
    }

    #[test]
    fn each_slow_down_adds_five_seconds_for_good_and_pending_adds_none() {
        let mut pace = Pace::new(NOON, Duration::from_secs(5), Duration::from_secs(900));
        let mut now = NOON;
        for (heard, wait) in [
            (Heard::Pending, 5),
            (Heard::SlowDown, 10),
            (Heard::Pending, 10),
            (Heard::SlowDown, 15),
            (Heard::Pending, 15),
        ] {
            now += pace.wait(now).unwrap();
            pace.heard(now, heard);
            assert_eq!(seconds(&pace, now), Some(wait), "{heard:?}");
        }
    }

    #[test]
    fn an_authority_that_is_away_is_asked_less_often_and_as_seldom_as_it_says() {
        let mut pace = Pace::new(NOON, Duration::from_secs(5), Duration::from_secs(900));
        for wait in [10, 20, 40, 60, 60] {
            pace.heard(NOON, Heard::Away(None));
            assert_eq!(seconds(&pace, NOON), Some(wait));
        }
        pace.heard(NOON, Heard::Away(Some(Duration::from_secs(120))));
        assert_eq!(seconds(&pace, NOON), Some(120));
    }

    #[test]
    fn nothing_is_asked_once_the_code_has_run_out() {
        let mut pace = Pace::new(NOON, Duration::from_secs(5), Duration::from_secs(12));
        assert_eq!(seconds(&pace, at(5)), Some(0));
        pace.heard(at(5), Heard::Pending);
        assert_eq!(seconds(&pace, at(5)), Some(5));
        pace.heard(at(10), Heard::Pending);
        assert_eq!(seconds(&pace, at(10)), None, "due at 15, good until 12");
        assert_eq!(seconds(&pace, at(12)), None);
    }

    #[test]
    fn odd_numbers_of_an_authority_neither_hammer_it_nor_wait_for_ever() {
        let pace = Pace::new(NOON, Duration::ZERO, Duration::MAX);
        assert_eq!(seconds(&pace, NOON), Some(1));
        assert_eq!(pace.until(), NOON + LONGEST);
        let pace = Pace::new(NOON, Duration::MAX, Duration::from_secs(900));
        assert_eq!(seconds(&pace, NOON), Some(60));
    }

    #[test]
    fn only_two_answers_mean_to_ask_again() {
        assert_eq!(Heard::of("authorization_pending"), Some(Heard::Pending));
        assert_eq!(Heard::of("slow_down"), Some(Heard::SlowDown));
        for final_word in [
            "access_denied",
            "authorization_declined",
            "expired_token",
            "bad_verification_code",
            "invalid_grant",
            "interaction_required",
        ] {
            assert_eq!(Heard::of(final_word), None, "{final_word}");
        }
    }
}
