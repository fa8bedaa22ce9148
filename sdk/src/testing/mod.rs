//! What the tests of a connector need: a transport that follows a script, streams that are held, and
//! the promises that every connector has to keep.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that is wrong has to fail"
)]

mod promises;
mod script;
mod streams;

use std::{future::Future, pin::pin, task};

pub use promises::keeps_promises;
pub use script::Script;
pub use streams::{Collected, Gone, Pieces};

/// Runs a future to its end. Nothing here waits for the world, so it is asked again and again.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = task::Context::from_waker(task::Waker::noop());
    loop {
        if let task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
