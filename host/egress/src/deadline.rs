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
    /// `length` after `start`; never, when there is no limit.
    pub(crate) fn after(start: Instant, length: Option<Duration>, what: Waiting) -> Self {
        Self {
            // A length beyond the clock's range is no limit either.
            end: length.and_then(|length| start.checked_add(length)),
            length: length.unwrap_or_default(),
            what,
        }
    }

    /// The nearer of this and `length` from now.
    pub(crate) fn sooner(self, what: Waiting, length: Duration) -> Self {
        // Where this is no limit at all, deadlines are switched off.
        match (self.end, Instant::now().checked_add(length)) {
            (Some(end), Some(sooner)) if sooner < end => Self {
                end: Some(sooner),
                length,
                what,
            },
            _ => self,
        }
    }

    /// When it ends, and how long that was in all.
    pub(crate) fn end(self) -> Option<(Instant, Duration)> {
        self.end.map(|end| (end, self.length))
    }

    /// Waits for `future`, but no longer.
    pub(crate) async fn wait<T>(
        self,
        origin: &str,
        future: impl Future<Output = T>,
    ) -> Result<T, EgressError> {
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

    #[tokio::test(start_paused = true)]
    async fn the_nearer_end_counts_and_says_so() {
        let second = Duration::from_secs(1);
        let total = Deadline::after(Instant::now(), Some(second * 5), Waiting::Total);
        for (deadline, what) in [
            (total, Waiting::Total),
            (total.sooner(Waiting::Resolve, second), Waiting::Resolve),
            (total.sooner(Waiting::Resolve, second * 9), Waiting::Total),
        ] {
            let error = deadline
                .wait("x", std::future::pending::<()>())
                .await
                .unwrap_err();
            assert!(
                matches!(error, EgressError::Timeout { what: got, .. } if got == what),
                "{error}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_an_end_nothing_times_out() {
        let never = Deadline::after(Instant::now(), None, Waiting::Total);
        let long = tokio::time::sleep(Duration::from_secs(1_000_000));
        assert!(
            never
                .sooner(Waiting::Resolve, Duration::ZERO)
                .wait("x", long)
                .await
                .is_ok()
        );
    }
}
