//! What of a host is under way: calls that somebody waits for, and tasks that nobody does. Closing a
//! host waits for both, in this order.
//!
//! Runtime layer, below instances and the facade, which both start tasks.

use crate::error::HostError;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The calls and tasks of one host. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Shared>);

#[derive(Default)]
struct Shared {
    calls: TaskTracker,
    tasks: TaskTracker,
    closing: CancellationToken,
}

/// A call that is under way until this is dropped.
pub(crate) struct CallUnderWay(
    #[expect(dead_code, reason = "counts by being there")] TaskTrackerToken,
);

impl UnderWay {
    /// Counts a call in.
    ///
    /// # Errors
    /// [`HostError::Closed`] when the host takes none any more.
    pub(crate) fn begin_call(&self) -> Result<CallUnderWay, HostError> {
        // Counted before it is asked, so that whoever closes the host sees it or is seen by it.
        let call = CallUnderWay(self.0.calls.token());
        if self.0.closing.is_cancelled() {
            return Err(HostError::Closed);
        }
        Ok(call)
    }

    /// Starts a task that nobody waits for but the one who closes the host.
    pub(crate) fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.0.tasks.spawn(task)
    }

    /// Resolves when the host closes: the end of a task that has none of its own.
    pub(crate) async fn closing(&self) {
        self.0.closing.cancelled().await;
    }

    /// From now on every call is refused.
    pub(crate) fn refuse_calls(&self) {
        self.0.closing.cancel();
    }

    /// Resolves when no call is under way any more.
    pub(crate) async fn calls_ended(&self) {
        self.0.calls.close();
        self.0.calls.wait().await;
    }

    /// Resolves when no task is left.
    pub(crate) async fn tasks_ended(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt, poll};
    use std::pin::pin;
    use tokio::sync::oneshot;

    #[test]
    fn whoever_closes_waits_for_the_calls_under_way_and_no_other_begins() {
        let under_way = UnderWay::default();
        let call = under_way.begin_call().unwrap();
        under_way.refuse_calls();
        assert!(matches!(under_way.begin_call(), Err(HostError::Closed)));
        assert!(under_way.calls_ended().now_or_never().is_none());
        drop(call);
        assert!(under_way.calls_ended().now_or_never().is_some());
    }

    #[tokio::test]
    async fn whoever_closes_waits_for_every_task_and_one_without_an_end_is_told() {
        let under_way = UnderWay::default();
        let (end, ended) = oneshot::channel::<()>();
        under_way.spawn(ended);
        let endless = under_way.clone();
        under_way.spawn(async move { endless.closing().await });
        under_way.refuse_calls();
        let mut all = pin!(under_way.tasks_ended());
        assert!(poll!(all.as_mut()).is_pending());
        end.send(()).unwrap();
        all.await;
    }
}
