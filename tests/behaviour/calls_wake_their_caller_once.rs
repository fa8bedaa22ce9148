//! A task that is woken while it runs is moved to another thread, which costs a short call more than
//! the call. So nothing within an instance of one call wakes the caller's task from inside.

use airlock_runtime::Isolation;
use serde_json::json;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use support::Lab;

/// Counts the wake-ups that come from the task itself, and passes all of them on.
struct Ear {
    task: Waker,
    thread: ThreadId,
    polled: Arc<AtomicBool>,
    heard: Arc<AtomicUsize>,
}

impl Wake for Ear {
    fn wake(self: Arc<Self>) {
        if self.polled.load(Ordering::SeqCst) && thread::current().id() == self.thread {
            self.heard.fetch_add(1, Ordering::SeqCst);
        }
        self.task.wake_by_ref();
    }
}

/// How often `future` wakes its own task while it is polled.
async fn own_wakes(future: impl Future) -> usize {
    let mut future = pin!(future);
    let polled = Arc::new(AtomicBool::new(false));
    let heard = Arc::new(AtomicUsize::new(0));
    std::future::poll_fn(|cx| {
        let waker = Waker::from(Arc::new(Ear {
            task: cx.waker().clone(),
            thread: thread::current().id(),
            polled: Arc::clone(&polled),
            heard: Arc::clone(&heard),
        }));
        polled.store(true, Ordering::SeqCst);
        let ended = future.as_mut().poll(&mut Context::from_waker(&waker));
        polled.store(false, Ordering::SeqCst);
        ended.map(drop)
    })
    .await;
    heard.load(Ordering::SeqCst)
}

#[tokio::test]
async fn wakes_from_inside_are_counted() {
    assert_eq!(
        own_wakes(tokio::time::sleep(std::time::Duration::from_millis(1))).await,
        0
    );
    let mut first = true;
    let restless = std::future::poll_fn(|cx| {
        if !std::mem::take(&mut first) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    assert_eq!(own_wakes(restless).await, 1);
}

#[tokio::test]
async fn an_instance_of_one_call_does_not_wake_its_caller_from_inside() {
    let lab = Lab::with(|config| config.runtime.isolation = Isolation::PerCall).await;
    let honest = lab.guest("honest").await;
    // The first call connects, signs in and reads the store.
    honest.run(json!({})).await.unwrap();
    assert_eq!(
        own_wakes(async { honest.run(json!({})).await.unwrap() }).await,
        0
    );
}
