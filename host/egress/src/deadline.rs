//! Until when something may take, and what to say when it took longer. Edge of the clock.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

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
    pub(crate) fn wait<F: Future>(self, origin: &str, future: F) -> Wait<'_, F> {
        Wait {
            future,
            alarm: None,
            deadline: self,
            origin,
        }
    }
}

pin_project! {
    /// A future under a deadline. A timer is only set once the future keeps us waiting: most never
    /// do. Written out, because an `async fn` keeps a second place for the future it is given, and
    /// these lie inside each other.
    pub(crate) struct Wait<'a, F> {
        #[pin]
        future: F,
        #[pin]
        alarm: Option<Sleep>,
        deadline: Deadline,
        origin: &'a str,
    }
}

impl<F: Future> Future for Wait<'_, F> {
    type Output = Result<F::Output, EgressError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Poll::Ready(value) = this.future.poll(cx) {
            return Poll::Ready(Ok(value));
        }
        if this.alarm.is_none() {
            this.alarm.set(this.deadline.end.map(sleep_until));
        }
        match this.alarm.as_pin_mut().map(|alarm| alarm.poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(EgressError::Timeout {
                origin: (*this.origin).into(),
                what: this.deadline.what,
                after: this.deadline.length,
            })),
            _ => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_nearer_end_counts_and_says_so() {
        let (short, long) = (Duration::from_millis(5), Duration::from_secs(3_600));
        let within = |length| Deadline::after(Instant::now(), Some(length), Waiting::Total);
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
        let never = Deadline::after(Instant::now(), None, Waiting::Total);
        assert_eq!(never.end(), None);
        let a_moment = tokio::time::sleep(Duration::from_millis(5));
        assert!(
            never
                .sooner(Waiting::Resolve, Duration::ZERO)
                .wait("x", a_moment)
                .await
                .is_ok()
        );
    }
}
