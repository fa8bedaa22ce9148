//! The task of a warm instance: takes calls as they come, and ends when nobody can send any more and
//! those it has are answered.

use super::Shared;
use super::job::{Done, Job};
use crate::contract::{Blueprint, Exports};
use crate::instance::run::Instance;
use crate::instance::state::{Setup, State};
use crate::instance::stop::Stopped;
use futures::stream::{FuturesUnordered, StreamExt};
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;
use wasmtime::component::Accessor;

/// Runs an instance from its first call to its last.
pub(super) async fn drive(
    blueprint: &Blueprint<State>,
    setup: Setup,
    queue: &mut mpsc::UnboundedReceiver<Box<dyn Job>>,
    shared: &Shared,
) -> Result<(), Stopped> {
    Instance::open(blueprint, setup)
        .run(async |accessor, exports| {
            shared.started.store(true, Ordering::Release);
            serve(accessor, exports, queue, shared).await
        })
        .await
}

async fn serve(
    accessor: &Accessor<State>,
    exports: &Exports,
    queue: &mut mpsc::UnboundedReceiver<Box<dyn Job>>,
    shared: &Shared,
) -> wasmtime::Result<()> {
    let mut running = FuturesUnordered::new();
    let mut open = true;
    loop {
        if !open && running.is_empty() {
            return Ok(());
        }
        tokio::select! {
            biased;
            Some(done) = running.next(), if !running.is_empty() => match done {
                Ok(Done::Answered) => {}
                Ok(Done::Unwanted) => {
                    shared.abandoned.fetch_sub(1, Ordering::AcqRel);
                }
                Ok(Done::Abandoned) => {
                    shared.retiring.store(true, Ordering::Release);
                    shared.abandoned.fetch_sub(1, Ordering::AcqRel);
                    open = false;
                }
                Err(error) => return Err(error),
            },
            job = queue.recv(), if open => match job {
                Some(job) => running.push(job.serve(accessor, exports)),
                None => open = false,
            },
        }
    }
}
