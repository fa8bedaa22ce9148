//! Keeps what an instance of one call tells itself away from the scheduler.
//!
//! A store and the futures around it wake their own task while it is being polled: when a call's
//! answer moves from the component to its caller, and whenever the only one of several futures has
//! been polled. To tokio that is a task that yields, for which it wakes another worker: 100 µs of
//! system calls for a call that takes 35. So such a wake-up is answered within the poll in which it
//! comes. Alone on an idle machine of two cores, a caller's `list-rows` takes 48 µs instead of 160.
//!
//! A warm instance does without: with many calls it finds more answers to work on at its next turn,
//! and for a lone call the difference is within the noise.
//!
//! Goes when neither wakes its own task any more: wasmtime's event loop
//! (<https://github.com/bytecodealliance/wasmtime/pull/13085> gives up its turn that way, for want of
//! a yield that the embedder provides), and `FuturesUnordered` once it has polled all it has
//! (<https://github.com/rust-lang/futures-rs/pull/2333>).

use futures::task::AtomicWaker;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Polls in a row before others have their turn. Two are the rule; a component that does nothing but
/// yield would take them all.
const POLLS: u32 = 3;

/// Nobody polls: a wake-up goes out.
const AT_REST: u8 = 0;
/// A poll is under way.
const POLLED: u8 = 1;
/// A poll is under way, and another is wanted.
const WOKEN: u8 = 2;

struct Bell {
    state: AtomicU8,
    task: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let heard = self
            .state
            .compare_exchange(POLLED, WOKEN, Ordering::AcqRel, Ordering::Acquire);
        if heard == Err(AT_REST) {
            self.task.wake();
        }
    }
}

pin_project! {
    /// A future whose wake-ups of itself stay within.
    pub(super) struct LocalWakes<F> {
        bell: Arc<Bell>,
        waker: Waker,
        #[pin]
        future: F,
    }
}

impl<F: Future> LocalWakes<F> {
    /// For a future that serves one call.
    pub(super) fn new(future: F) -> Self {
        let bell = Arc::new(Bell {
            state: AtomicU8::new(AT_REST),
            task: AtomicWaker::new(),
        });
        Self {
            waker: Waker::from(Arc::clone(&bell)),
            bell,
            future,
        }
    }
}

impl<F: Future> Future for LocalWakes<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        this.bell.task.register(cx.waker());
        let mut within = Context::from_waker(this.waker);
        for _ in 0..POLLS {
            this.bell.state.store(POLLED, Ordering::Release);
            let polled = this.future.as_mut().poll(&mut within);
            let woken = this.bell.state.swap(AT_REST, Ordering::AcqRel) == WOKEN;
            if polled.is_ready() || !woken {
                return polled;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;

    /// Counts how often the task outside is woken.
    #[derive(Default)]
    struct Outside(AtomicUsize);

    impl Wake for Outside {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Polls once; answers whether that was the end, how often `wakes` let its future be polled,
    /// and how often the task outside was woken.
    fn once(wakes: usize) -> (bool, usize, usize) {
        let mut polls = 0;
        let ended = {
            let future = poll_fn(|cx| {
                polls += 1;
                if polls > wakes {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            });
            let outside = Arc::new(Outside::default());
            let waker = Waker::from(Arc::clone(&outside));
            let mut within = Box::pin(LocalWakes::new(future));
            let ended = within.as_mut().poll(&mut Context::from_waker(&waker));
            (ended.is_ready(), outside.0.load(Ordering::Relaxed))
        };
        (ended.0, polls, ended.1)
    }

    #[test]
    fn what_wakes_itself_is_polled_again_at_once_and_nobody_else_hears_of_it() {
        assert_eq!(once(1), (true, 2, 0));
        assert_eq!(once(2), (true, 3, 0));
    }

    #[test]
    fn what_never_stops_waking_itself_lets_others_have_their_turn() {
        assert_eq!(once(1_000), (false, 3, 1));
    }

    #[test]
    fn what_is_woken_from_elsewhere_wakes_its_task() {
        let kept: Mutex<Option<Waker>> = Mutex::new(None);
        let future = poll_fn(|cx| {
            *kept.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        });
        let outside = Arc::new(Outside::default());
        let waker = Waker::from(Arc::clone(&outside));
        let mut within = Box::pin(LocalWakes::new(future));
        let pending = within.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(pending.is_pending());
        assert_eq!(outside.0.load(Ordering::Relaxed), 0);
        kept.lock().unwrap().take().unwrap().wake();
        assert_eq!(outside.0.load(Ordering::Relaxed), 1);
    }
}
