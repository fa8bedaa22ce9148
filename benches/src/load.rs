//! A closed loop: so many callers, each with one call at a time, for so long.

use anyhow::{Result, bail};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Calls per second of `call` with `in_flight` callers, after a warm-up of a fifth of `length`.
pub(crate) async fn rps<F, Fut>(in_flight: usize, length: Duration, call: F) -> Result<f64>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let call = Arc::new(call);
    let counting = Arc::new(AtomicBool::new(false));
    let stopping = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicU64::new(0));
    let mut callers = Vec::with_capacity(in_flight);
    for _ in 0..in_flight {
        let (call, counting, stopping, calls) = (
            Arc::clone(&call),
            Arc::clone(&counting),
            Arc::clone(&stopping),
            Arc::clone(&calls),
        );
        callers.push(tokio::spawn(async move {
            while !stopping.load(Ordering::Relaxed) {
                call().await?;
                if counting.load(Ordering::Relaxed) {
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok::<_, anyhow::Error>(())
        }));
    }
    tokio::time::sleep(length / 5).await;
    let start = Instant::now();
    counting.store(true, Ordering::Relaxed);
    tokio::time::sleep(length).await;
    counting.store(false, Ordering::Relaxed);
    let took = start.elapsed();
    stopping.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await??;
    }
    let calls = calls.load(Ordering::Relaxed);
    if calls == 0 {
        bail!("not one call ended in {took:?}");
    }
    Ok(calls as f64 / took.as_secs_f64())
}
