//! The tasks that nobody waits for: an open connection's, and a look-up's whose caller has gone. They are
//! counted, so that whoever closes the way out knows when the last socket is shut.

use std::pin::pin;
use std::time::Duration;

use hyper::rt::Executor;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a task may go on once the way out closes: enough to tell the other side, which takes no answer.
const FAREWELL: Duration = Duration::from_millis(250);

/// The tasks of one way out. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks {
    tracker: TaskTracker,
    closing: CancellationToken,
}

impl Tasks {
    /// Starts a task. It answers nothing when closing cut it off.
    pub(crate) fn spawn<F>(&self, task: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let closing = self.closing.clone();
        self.tracker.spawn(async move {
            let mut task = pin!(task);
            tokio::select! {
                biased;
                output = task.as_mut() => return Some(output),
                () = closing.cancelled() => {}
            }
            timeout(FAREWELL, task).await.ok()
        })
    }

    /// Has every task come to its end, and resolves when the last one has.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

impl<F> Executor<F> for Tasks
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, task: F) {
        drop(self.spawn(task));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::poll;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn whoever_closes_waits_for_a_task_that_has_something_left_to_say() {
        let tasks = Tasks::default();
        let (end, ended) = oneshot::channel::<()>();
        let task = tasks.spawn(async { ended.await.is_ok() });
        let mut closed = pin!(tasks.close());
        assert!(poll!(closed.as_mut()).is_pending());
        end.send(()).unwrap();
        closed.await;
        assert_eq!(task.await.unwrap(), Some(true));
    }

    #[tokio::test]
    async fn a_task_without_an_end_is_cut_off() {
        let tasks = Tasks::default();
        let task = tasks.spawn(std::future::pending::<()>());
        tasks.close().await;
        assert_eq!(task.await.unwrap(), None);
    }
}
