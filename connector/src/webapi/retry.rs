//! When a call is sent again, and after what wait. Pure: the driver supplies outcome and chance.
//!
//! Microsoft's guidance (service protection limits): wait exactly as long as `Retry-After` says,
//! otherwise exponentially; a request refused with 429 was not carried out. Limits run in windows
//! of five minutes, so a wait of minutes is ordinary: it is kept as long as the call may last, and
//! such a refusal uses up no attempt, because it will certainly pass. Jitter is "full" (anything
//! between zero and the bound), so that callers that failed together do not return together.

use std::time::Duration;

use super::codes;

/// Whether doing the call twice equals doing it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Reads, deletes, and writes that set a state.
    Repeatable,
    /// Everything else: sent again only when the first one certainly was not carried out.
    Once,
}

/// What came of one attempt, as far as retrying is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The service answered.
    Answered {
        /// HTTP status.
        status: u16,
        /// The service's code, where the body had one.
        code: Option<&'a str>,
        /// The wait asked for.
        retry_after: Option<Duration>,
    },
    /// The request did not reach the service.
    NotSent,
    /// It may have reached the service.
    Interrupted,
}

/// Bounds of patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included.
    pub attempts: u32,
    /// The same when the service cannot even be reached: a person who mistyped an address or lost
    /// the network is told sooner.
    pub unreachable_attempts: u32,
    /// Bound of the first wait that the service did not ask for; doubles each time.
    pub first_wait: Duration,
    /// Bound that doubling stops at.
    pub longest_backoff: Duration,
    /// Whether a service that says when to return is waited for.
    pub keeps_waits: bool,
}

impl Default for RetryPolicy {
    /// Five attempts within about 15 s of backoff.
    fn default() -> Self {
        Self {
            attempts: 5,
            unreachable_attempts: 3,
            first_wait: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(8),
            keeps_waits: true,
        }
    }
}

impl RetryPolicy {
    /// No second attempt at all.
    pub const NEVER: Self = Self {
        attempts: 1,
        unreachable_attempts: 1,
        first_wait: Duration::ZERO,
        longest_backoff: Duration::ZERO,
        keeps_waits: false,
    };

    /// How long to wait before sending again, or `None` to give up. `failed` counts the attempts
    /// that count (see [`Outcome::counts`]), this one included; `left` is how long the call may
    /// still last; `chance` is 64 random bits.
    #[must_use]
    pub fn next(
        &self,
        failed: u32,
        safety: Safety,
        outcome: Outcome<'_>,
        left: Duration,
        chance: u64,
    ) -> Option<Duration> {
        if !may_repeat(safety, outcome) {
            return None;
        }
        let attempts = match outcome {
            Outcome::NotSent => self.attempts.min(self.unreachable_attempts),
            _ => self.attempts,
        };
        if outcome.counts() && failed >= attempts {
            return None;
        }
        let wait = match outcome.asked() {
            // A little more than asked, never less: all waiters of one limit are told the same.
            Some(asked) if self.keeps_waits => asked + Duration::from_millis(chance % 250),
            Some(_) => return None,
            None => {
                let doubled = self.first_wait.saturating_mul(
                    1_u32
                        .checked_shl(failed.saturating_sub(1))
                        .unwrap_or(u32::MAX),
                );
                fraction(doubled.min(self.longest_backoff), chance)
            }
        };
        (wait <= left).then_some(wait)
    }
}

impl Outcome<'_> {
    /// The wait that was asked for. One of nothing leaves it to the policy.
    fn asked(self) -> Option<Duration> {
        match self {
            Self::Answered { retry_after, .. } => retry_after.filter(|wait| !wait.is_zero()),
            Self::NotSent | Self::Interrupted => None,
        }
    }

    /// Whether it uses up an attempt: a limit that says when it ends does not.
    #[must_use]
    pub fn counts(self) -> bool {
        !matches!(self, Self::Answered { status: 429, .. } if self.asked().is_some())
    }
}

fn may_repeat(safety: Safety, outcome: Outcome<'_>) -> bool {
    match (outcome, safety) {
        (Outcome::NotSent | Outcome::Answered { status: 429, .. }, _)
        | (Outcome::Interrupted, Safety::Repeatable) => true,
        (Outcome::Answered { status, code, .. }, Safety::Repeatable) => {
            matches!(status, 408 | 502 | 503 | 504) || code.is_some_and(codes::is_transient)
        }
        (_, Safety::Once) => false,
    }
}

/// A point between zero and `bound`.
fn fraction(bound: Duration, chance: u64) -> Duration {
    let millis = u64::try_from(bound.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(chance % millis.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn answered(status: u16) -> Outcome<'static> {
        Outcome::Answered {
            status,
            code: None,
            retry_after: None,
        }
    }

    #[test]
    fn only_what_is_safe_is_sent_again() {
        use Safety::{Once, Repeatable};
        let sql_timeout = Outcome::Answered {
            status: 500,
            code: Some("0x80044151"),
            retry_after: None,
        };
        let table = [
            (Repeatable, answered(429), true),
            (Repeatable, answered(503), true),
            (Repeatable, answered(502), true),
            (Repeatable, answered(504), true),
            (Repeatable, answered(408), true),
            (Repeatable, answered(500), false),
            (Repeatable, sql_timeout, true),
            (Repeatable, answered(400), false),
            (Repeatable, answered(401), false),
            (Repeatable, answered(412), false),
            (Repeatable, Outcome::Interrupted, true),
            (Repeatable, Outcome::NotSent, true),
            // Refused before it was carried out, or never arrived: safe for any call.
            (Once, answered(429), true),
            (Once, Outcome::NotSent, true),
            (Once, answered(503), false),
            (Once, answered(504), false),
            (Once, sql_timeout, false),
            (Once, Outcome::Interrupted, false),
        ];
        for (safety, outcome, again) in table {
            let next = RetryPolicy::default().next(1, safety, outcome, HOUR, 0);
            assert_eq!(next.is_some(), again, "{safety:?} {outcome:?}");
        }
    }

    #[test]
    fn waits_double_up_to_a_bound_and_then_end() {
        let policy = RetryPolicy::default();
        for (attempt, bound) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000)] {
            let wait = |chance| {
                policy
                    .next(attempt, Safety::Repeatable, answered(503), HOUR, chance)
                    .unwrap()
                    .as_millis()
            };
            assert_eq!(wait(bound), u128::from(bound), "the bound itself");
            assert_eq!(wait(bound + 1), 0, "chance wraps at the bound");
        }
        let last = policy.next(5, Safety::Repeatable, answered(503), HOUR, 0);
        assert_eq!(last, None);
        let unreachable = |attempt| policy.next(attempt, Safety::Once, Outcome::NotSent, HOUR, 0);
        assert!(unreachable(2).is_some());
        assert_eq!(unreachable(3), None);
        assert_eq!(
            RetryPolicy::NEVER.next(1, Safety::Repeatable, answered(503), HOUR, 0),
            None
        );
    }

    #[test]
    fn a_wait_asked_for_is_kept_as_long_as_the_call_may_last() {
        let asked = |status, seconds| Outcome::Answered {
            status,
            code: None,
            retry_after: Some(Duration::from_secs(seconds)),
        };
        let policy = RetryPolicy::default();
        let next =
            |failed, outcome, left| policy.next(failed, Safety::Repeatable, outcome, left, 249);
        let ms = |ms| Some(Duration::from_millis(ms));
        assert_eq!(next(1, asked(429, 7), HOUR), ms(7_249));
        assert_eq!(next(1, asked(429, 300), HOUR), ms(300_249));
        assert_eq!(next(1, asked(429, 300), Duration::from_secs(120)), None);
        // However often: a limit that says when it ends does end.
        assert_eq!(next(99, asked(429, 7), HOUR), ms(7_249));
        assert_eq!(next(5, asked(503, 7), HOUR), None);
        // Asking for nothing is not asking.
        assert_eq!(next(5, asked(429, 0), HOUR), None);
        let never = RetryPolicy::NEVER.next(0, Safety::Once, asked(429, 7), HOUR, 0);
        assert_eq!(never, None);
    }
}
