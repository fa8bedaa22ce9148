//! How long to wait before something is tried again. Pure.

use std::time::Duration;

/// Waits that grow from failure to failure, up to a longest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// How much longer each wait is than the one before.
    pub factor: u32,
    /// The longest wait.
    pub most: Duration,
}

impl Backoff {
    /// The wait after so many failures in a row, of which `random` takes away up to a fifth: what failed
    /// together is not tried again together.
    #[must_use]
    pub fn after(&self, failures: u32, random: u64) -> Duration {
        let steps = failures.saturating_sub(1);
        let grown = self.factor.checked_pow(steps).unwrap_or(u32::MAX);
        let wait = self.first.saturating_mul(grown).min(self.most);
        spread(wait, random)
    }
}

/// `wait`, less up to a fifth of it.
#[must_use]
pub(crate) fn spread(wait: Duration, random: u64) -> Duration {
    let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    let less = random % (milliseconds / 5 + 1);
    Duration::from_millis(milliseconds - less)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff {
        first: Duration::from_secs(5),
        factor: 4,
        most: Duration::from_secs(3600),
    };

    #[test]
    fn waits_grow_to_the_longest() {
        let waits =
            [0, 1, 2, 3, 5, 6, 40, u32::MAX].map(|failures| BACKOFF.after(failures, 0).as_secs());
        assert_eq!(waits, [5, 5, 20, 80, 1280, 3600, 3600, 3600]);
    }

    #[test]
    fn chance_takes_away_a_fifth_at_most() {
        for random in [0, 1, 999, 1_000, 1_001, u64::MAX] {
            let wait = BACKOFF.after(1, random);
            assert!(
                wait >= Duration::from_secs(4) && wait <= Duration::from_secs(5),
                "{wait:?}"
            );
        }
        assert_eq!(spread(Duration::ZERO, 7), Duration::ZERO);
    }
}
