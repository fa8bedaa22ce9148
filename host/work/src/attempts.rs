//! When to give up. Pure.

use std::time::Duration;

use crate::backoff::Backoff;

/// How often something is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// At most so often, the first time included.
    pub most: u32,
    /// How long between them.
    pub backoff: Backoff,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is tried again, after this time.
    Again(Duration),
    /// It was tried often enough: it becomes a dead letter.
    Enough,
}

impl Attempts {
    /// What follows from the failure that is number `failures` in a row. What `asked` to be left alone for a
    /// while is, though never for longer than the longest wait.
    #[must_use]
    pub fn judge(&self, failures: u32, asked: Option<Duration>, random: u64) -> Verdict {
        if failures >= self.most {
            return Verdict::Enough;
        }
        let own = self.backoff.after(failures, random);
        let asked = asked.unwrap_or_default().min(self.backoff.most);
        Verdict::Again(own.max(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_attempt_is_the_last() {
        let attempts = Attempts {
            most: 3,
            backoff: Backoff {
                first: Duration::from_secs(1),
                factor: 2,
                most: Duration::from_secs(60),
            },
        };
        let seconds = Duration::from_secs;
        for (failures, asked, verdict) in [
            (1, None, Verdict::Again(seconds(1))),
            (2, None, Verdict::Again(seconds(2))),
            (1, Some(seconds(30)), Verdict::Again(seconds(30))),
            (2, Some(seconds(1)), Verdict::Again(seconds(2))),
            (1, Some(seconds(1_000_000)), Verdict::Again(seconds(60))),
            (3, None, Verdict::Enough),
            (4, Some(seconds(1)), Verdict::Enough),
        ] {
            assert_eq!(
                attempts.judge(failures, asked, 0),
                verdict,
                "{failures} {asked:?}"
            );
        }
    }
}
