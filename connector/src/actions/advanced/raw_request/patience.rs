//! When a raw request is tried again: as its caller decides, whatever the method.

use std::time::Duration;

use airlock_connector::Error;

/// First wait of the exponential kind; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);

/// Longest wait of the exponential kind.
const LONGEST: Duration = Duration::from_secs(60);

/// The caller's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// How often to try again at most.
    pub(super) retries: u32,
    /// After every error, not only after those that a repeat may cure.
    pub(super) every_error: bool,
    /// Wait before each repeat.
    pub(super) delay: Duration,
    /// Double the wait each time instead.
    pub(super) exponential: bool,
}

impl Patience {
    /// How long to wait before the next attempt; `None` to give up. `chance` is 64 random bits.
    pub(super) fn after(self, retried: u32, error: &Error, chance: u64) -> Option<Duration> {
        if retried >= self.retries || !(curable(error) || self.every_error && answered(error)) {
            return None;
        }
        let wait = if self.exponential {
            let doubled = FIRST.saturating_mul(1_u32.checked_shl(retried).unwrap_or(u32::MAX));
            // Up to a quarter more, so that callers that failed together come back apart.
            let bound = doubled.min(LONGEST);
            bound + bound.mul_f64(f64::from(u32::try_from(chance % 256).unwrap_or(0)) / 1024.0)
        } else {
            self.delay
        };
        Some(match error {
            Error::Throttled {
                retry_after: Some(asked),
                ..
            } => wait.max(*asked),
            _ => wait,
        })
    }
}

/// A network error, or a status from 500 up.
fn curable(error: &Error) -> bool {
    match (error, error.failure().and_then(|failure| failure.status)) {
        (_, Some(status)) => status >= 500,
        (Error::Unavailable(_), None) => true,
        (_, None) => false,
    }
}

/// Whether the service spoke at all: what the host refuses, it refuses again.
fn answered(error: &Error) -> bool {
    !matches!(error, Error::Internal(_))
        && !matches!(error, Error::Forbidden(failure) if failure.status.is_none())
}

#[cfg(test)]
mod tests {
    use airlock_connector::Failure;

    use super::*;

    fn status(status: u16) -> Failure {
        Failure {
            status: Some(status),
            ..Failure::default()
        }
    }

    const ONCE: Patience = Patience {
        retries: 1,
        every_error: false,
        delay: Duration::from_millis(7),
        exponential: false,
    };

    #[test]
    fn the_caller_decides_which_errors_are_worth_another_try() {
        let every = Patience {
            every_error: true,
            ..ONCE
        };
        let denied = Error::Forbidden(Failure::text("the host does not let this request leave"));
        let table = [
            (Error::Unavailable(status(503)), true, true),
            (Error::Rejected(status(500)), true, true),
            (
                Error::Unavailable(Failure::text("no connection")),
                true,
                true,
            ),
            (Error::NotFound(status(404)), false, true),
            (
                Error::Throttled {
                    failure: status(429),
                    retry_after: None,
                },
                false,
                true,
            ),
            (Error::invalid("", "refused by the service"), false, true),
            (denied, false, false),
        ];
        for (error, usually, with_every_error) in table {
            assert_eq!(ONCE.after(0, &error, 0).is_some(), usually, "{error:?}");
            assert_eq!(
                every.after(0, &error, 0).is_some(),
                with_every_error,
                "{error:?}"
            );
            assert_eq!(every.after(1, &error, 0), None, "only so often");
        }
    }

    #[test]
    fn the_wait_is_fixed_or_doubles_and_never_shorter_than_asked_for() {
        let down = Error::Unavailable(status(503));
        assert_eq!(ONCE.after(0, &down, 9), Some(Duration::from_millis(7)));
        let doubling = Patience {
            retries: 40,
            exponential: true,
            ..ONCE
        };
        for (retried, seconds) in [(0, 1), (1, 2), (5, 32), (6, 60), (39, 60)] {
            assert_eq!(
                doubling.after(retried, &down, 0),
                Some(Duration::from_secs(seconds))
            );
        }
        let patient = Patience {
            every_error: true,
            ..ONCE
        };
        let asked = Some(Duration::from_secs(9));
        let throttled = Error::Throttled {
            failure: status(429),
            retry_after: asked,
        };
        assert_eq!(patient.after(0, &throttled, 0), asked);
    }
}
