//! A warm instance: one task that owns the store and runs many calls inside it at once.
//!
//! Dropping a call's future does not stop the component's side of it, and a future inside the event
//! loop may not be polled while the component computes. So a caller's deadline is enforced outside:
//! an abandoned call retires its instance, which ends when its other calls have been answered, or
//! is aborted when it does not come back to say so. Goes when wasmtime can cancel one call
//! (<https://github.com/bytecodealliance/wasmtime/issues/11833>) and polls what waits beside it
//! (<https://github.com/bytecodealliance/wasmtime/issues/11869>,
//! <https://github.com/bytecodealliance/wasmtime/issues/11870>).

mod drive;
mod job;

use super::Retry;
use super::operation::Operation;
use super::state::{Setup, State};
use super::stop::Stopped;
use crate::contract::Blueprint;
use crate::error::HostError;
use crate::spans;
use crate::under_way::UnderWay;
use drive::drive;
use job::{Job, Queued};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

/// How long an instance has to notice that a caller went away before it is aborted.
const GRACE: Duration = Duration::from_millis(250);

/// What became of a call.
pub(crate) enum Reply<O: Operation> {
    Answered(Result<O::Kept, HostError>),
    /// The instance had started, and ended before the call began: it may be run elsewhere.
    NotStarted(O),
}

/// A handle to a warm instance. The instance ends when the last handle is dropped and its calls are
/// done.
pub(crate) struct Warm {
    jobs: mpsc::UnboundedSender<Box<dyn Job>>,
    shared: Arc<Shared>,
    abort: AbortHandle,
    under_way: UnderWay,
}

struct Shared {
    born: Instant,
    last_used_ms: AtomicU64,
    calls: AtomicU64,
    in_flight: AtomicUsize,
    abandoned: AtomicUsize,
    retiring: AtomicBool,
    /// It came to its first call. What stops it from then on is not the doing of those that wait.
    started: AtomicBool,
    stopped: OnceLock<Stopped>,
    /// Cancelled when there is room for it: from then on it works.
    has_room: CancellationToken,
    /// Told when it has nothing to do any more.
    became_idle: Arc<Notify>,
    /// Cancelled when the task is over, however it ended: only then `stopped` says why for sure.
    ended: CancellationToken,
    /// What becomes of calls that it did not come to.
    retry: Retry,
}

impl Warm {
    /// Starts an instance as soon as there is `room` for it. Calls may be given to it before.
    pub(crate) fn start<R: Send + 'static>(
        blueprint: Blueprint<State>,
        setup: Setup,
        room: impl Future<Output = Result<R, Stopped>> + Send + 'static,
        became_idle: Arc<Notify>,
        under_way: UnderWay,
        retry: Retry,
    ) -> Self {
        let (jobs, mut queue) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            born: Instant::now(),
            last_used_ms: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            in_flight: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(0),
            retiring: AtomicBool::new(false),
            started: AtomicBool::new(false),
            stopped: OnceLock::new(),
            has_room: CancellationToken::new(),
            became_idle,
            ended: CancellationToken::new(),
            retry,
        });
        let theirs = Arc::clone(&shared);
        let task = under_way.spawn(async move {
            let _ended = theirs.ended.clone().drop_guard();
            let end = match room.await {
                Ok(room) => {
                    theirs.has_room.cancel();
                    let end = drive(&blueprint, setup, &mut queue, &theirs).await;
                    drop(room);
                    end
                }
                Err(refused) => Err(refused),
            };
            if let Err(stopped) = end {
                let _ = theirs.stopped.set(stopped);
            }
            theirs.retiring.store(true, Ordering::Release);
            queue.close();
            while let Ok(job) = queue.try_recv() {
                job.turn_away(&theirs);
            }
        });
        Self {
            jobs,
            shared,
            abort: task.abort_handle(),
            under_way,
        }
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.shared.in_flight.load(Ordering::Acquire)
    }

    pub(crate) fn retiring(&self) -> bool {
        self.shared.retiring.load(Ordering::Acquire) || self.jobs.is_closed()
    }

    /// Whether it works, and would give back its room by ending.
    pub(crate) fn has_room(&self) -> bool {
        self.shared.has_room.is_cancelled()
    }

    pub(crate) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.shared.born)
    }

    pub(crate) fn calls(&self) -> u64 {
        self.shared.calls.load(Ordering::Relaxed)
    }

    /// How long it has had nothing to do.
    pub(crate) fn idle(&self) -> Duration {
        let last = Duration::from_millis(self.shared.last_used_ms.load(Ordering::Relaxed));
        self.age(Instant::now()).saturating_sub(last)
    }

    /// Counts a call in before it is queued, so that two callers do not take the same last seat.
    pub(crate) fn reserve(self: &Arc<Self>) -> Seat {
        self.shared.in_flight.fetch_add(1, Ordering::AcqRel);
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        Seat {
            warm: Arc::clone(self),
        }
    }

    /// Ends an instance whose caller went away: politely first. One that waits for room does not
    /// have to: it has not begun the call, and never will.
    fn abandon(self: &Arc<Self>) {
        if self.has_room() {
            self.shared.retiring.store(true, Ordering::Release);
        }
        self.shared.abandoned.fetch_add(1, Ordering::AcqRel);
        let warm = Arc::clone(self);
        self.under_way.spawn(async move {
            tokio::select! {
                () = warm.shared.has_room.cancelled() => {}
                () = warm.shared.ended.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(GRACE) => {}
                () = warm.shared.ended.cancelled() => return,
            }
            if warm.shared.abandoned.load(Ordering::Acquire) > 0 {
                let _ = warm.shared.stopped.set(Stopped::Crashed(
                    "another call in the same instance did not end within its deadline".to_owned(),
                ));
                warm.abort.abort();
            }
        });
    }
}

/// A call's seat in a warm instance.
pub(crate) struct Seat {
    warm: Arc<Warm>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let shared = &self.warm.shared;
        // Only the last one leaves an instance with nothing to do.
        if shared.in_flight.fetch_sub(1, Ordering::AcqRel) == 1 {
            let age = u64::try_from(shared.born.elapsed().as_millis()).unwrap_or(u64::MAX);
            shared.last_used_ms.store(age, Ordering::Relaxed);
            shared.became_idle.notify_waiters();
        }
    }
}

impl Seat {
    /// Runs `operation`; dropping the future abandons the call and retires the instance.
    pub(crate) async fn call<O: Operation>(self, operation: O) -> Reply<O> {
        let shared = &self.warm.shared;
        let (reply, answer) = oneshot::channel();
        let job = Queued {
            operation,
            reply,
            span: spans::instance("warm"),
        };
        let answer = match self.warm.jobs.send(Box::new(job)) {
            Ok(()) => {
                let mut guard = Abandon {
                    warm: Some(&self.warm),
                };
                let answer = answer.await;
                guard.warm = None;
                answer
            }
            Err(mpsc::error::SendError(job)) => {
                shared.ended.cancelled().await;
                job.turn_away(shared);
                answer.await
            }
        };
        match answer {
            Ok(reply) => reply,
            Err(_) => {
                shared.ended.cancelled().await;
                let stopped = shared.stopped.get().cloned().unwrap_or_else(|| {
                    Stopped::Crashed("its instance ended before it answered".to_owned())
                });
                Reply::Answered(Err(stopped.into()))
            }
        }
    }
}

struct Abandon<'a> {
    warm: Option<&'a Arc<Warm>>,
}

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        if let Some(warm) = self.warm {
            warm.abandon();
        }
    }
}
