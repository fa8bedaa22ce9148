//! When a call is sent again, and after what wait. Pure: the driver supplies outcome and chance.
//!
//! Microsoft's guidance (service protection limits): wait exactly as long as `Retry-After` says,
//! otherwise exponentially; a request refused with 429 was not carried out. Jitter is "full"
//! (anything between zero and the bound), so that callers that failed together do not return
//! together.

use std::time::Duration;

use super::{codes, http_date, transport::Headers};

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
    /// A service that asks for a longer wait is not waited for: the caller is told instead.
    pub longest_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// Five attempts within about 15 s of backoff; a minute for `Retry-After`, whose window in
    /// Dataverse is five minutes but whose usual values are a few seconds.
    fn default() -> Self {
        Self {
            attempts: 5,
            unreachable_attempts: 3,
            first_wait: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(8),
            longest_retry_after: Duration::from_secs(60),
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
        longest_retry_after: Duration::ZERO,
    };

    /// How long to wait before attempt `attempt + 1`, or `None` to give up. `attempt` counts from
    /// one; `chance` is 64 random bits.
    #[must_use]
    pub fn next(
        &self,
        attempt: u32,
        safety: Safety,
        outcome: Outcome<'_>,
        chance: u64,
    ) -> Option<Duration> {
        let attempts = match outcome {
            Outcome::NotSent => self.attempts.min(self.unreachable_attempts),
            _ => self.attempts,
        };
        if attempt >= attempts || !may_repeat(safety, outcome) {
            return None;
        }
        match outcome {
            Outcome::Answered {
                retry_after: Some(wait),
                ..
            } => {
                // A little more than asked, never less: all waiters of one limit are told the same.
                let jitter = Duration::from_millis(chance % 250);
                (wait <= self.longest_retry_after).then(|| wait + jitter)
            }
            _ => {
                let doubled = self
                    .first_wait
                    .saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
                Some(fraction(doubled.min(self.longest_backoff), chance))
            }
        }
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

/// The wait that a response asks for: seconds, or a date measured against the response's own
/// `Date`, so that a wrong local clock does no harm.
#[must_use]
pub fn retry_after(headers: &Headers) -> Option<Duration> {
    let text = headers.get("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date::parse(text)?;
    let now = http_date::parse(headers.get("date")?)?;
    Some(Duration::from_secs(
        u64::try_from(until - now).unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let next = RetryPolicy::default().next(1, safety, outcome, 0);
            assert_eq!(next.is_some(), again, "{safety:?} {outcome:?}");
        }
    }

    #[test]
    fn waits_double_up_to_a_bound_and_then_end() {
        let policy = RetryPolicy::default();
        for (attempt, bound) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000)] {
            let wait = |chance| {
                policy
                    .next(attempt, Safety::Repeatable, answered(503), chance)
                    .unwrap()
                    .as_millis()
            };
            assert_eq!(wait(bound), u128::from(bound), "the bound itself");
            assert_eq!(wait(bound + 1), 0, "chance wraps at the bound");
        }
        assert_eq!(policy.next(5, Safety::Repeatable, answered(503), 0), None);
        let unreachable = |attempt| policy.next(attempt, Safety::Once, Outcome::NotSent, 0);
        assert!(unreachable(2).is_some());
        assert_eq!(unreachable(3), None);
        assert_eq!(
            RetryPolicy::NEVER.next(1, Safety::Repeatable, answered(503), 0),
            None
        );
    }

    #[test]
    fn a_wait_asked_for_is_kept_or_handed_to_the_caller() {
        let asked = |seconds| Outcome::Answered {
            status: 429,
            code: None,
            retry_after: Some(Duration::from_secs(seconds)),
        };
        let policy = RetryPolicy::default();
        let wait = policy.next(1, Safety::Once, asked(7), 249).unwrap();
        assert_eq!(wait, Duration::from_millis(7_249));
        assert_eq!(policy.next(1, Safety::Once, asked(61), 0), None);
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let table = [
            (vec![("Retry-After", "7")], Some(7)),
            (
                vec![
                    ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"),
                    ("date", "Sun, 06 Nov 1994 08:49:07 GMT"),
                ],
                Some(30),
            ),
            (
                vec![
                    ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"),
                    ("date", "Sun, 06 Nov 1994 08:50:00 GMT"),
                ],
                Some(0),
            ),
            (vec![("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], None),
            (vec![("retry-after", "soon")], None),
            (vec![], None),
        ];
        for (fields, seconds) in table {
            let mut headers = Headers::new();
            for (name, value) in &fields {
                headers.set(name, value);
            }
            assert_eq!(
                retry_after(&headers),
                seconds.map(Duration::from_secs),
                "{fields:?}"
            );
        }
    }
}
