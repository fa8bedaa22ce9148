//! Until when something may take, and what to say when it took longer. Edge of the clock.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::{EgressError, Waiting};

/// A moment by which something has to be over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    end: Option<Instant>,
    length: Duration,
    what: Waiting,
}

impl Deadline {
    /// `length` after `start`; never, when that is beyond the clock's range.
    pub(crate) fn after(start: Instant, length: Duration, what: Waiting) -> Self {
        Self {
            end: start.checked_add(length),
            length,
            what,
        }
    }

    /// The nearer of this and `length` from now.
    pub(crate) fn sooner(self, what: Waiting, length: Duration) -> Self {
        let other = Self::after(Instant::now(), length, what);
        match (self.end, other.end) {
            (Some(end), Some(sooner)) if sooner < end => other,
            (None, Some(_)) => other,
            _ => self,
        }
    }

    /// When it ends, and how long that was in all.
    pub(crate) fn end(self) -> Option<(Instant, Duration)> {
        self.end.map(|end| (end, self.length))
    }

    /// Waits for `future`, but no longer.
    pub(crate) async fn wait<F: Future>(
        self,
        origin: &str,
        future: F,
    ) -> Result<F::Output, EgressError> {
        let Some(end) = self.end else {
            return Ok(future.await);
        };
        timeout_at(end, future)
            .await
            .map_err(|_| EgressError::Timeout {
                origin: origin.into(),
                what: self.what,
                after: self.length,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_nearer_end_counts_and_says_so() {
        let (short, long) = (Duration::from_millis(5), Duration::from_secs(3_600));
        let within = |length| Deadline::after(Instant::now(), length, Waiting::Total);
        for (deadline, what) in [
            (within(short), Waiting::Total),
            (
                within(long).sooner(Waiting::Resolve, short),
                Waiting::Resolve,
            ),
            (within(short).sooner(Waiting::Resolve, long), Waiting::Total),
        ] {
            let forever = std::future::pending::<()>();
            let error = deadline.wait("x", forever).await.unwrap_err();
            assert!(
                matches!(error, EgressError::Timeout { what: got, .. } if got == what),
                "{error}"
            );
        }
    }

    #[tokio::test]
    async fn without_an_end_nothing_times_out() {
        let never = Deadline::after(Instant::now(), Duration::MAX, Waiting::Total);
        assert_eq!(never.end(), None);
        let a_moment = tokio::time::sleep(Duration::from_millis(5));
        assert!(never.wait("x", a_moment).await.is_ok());
    }
}
