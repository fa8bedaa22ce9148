//! The task of a warm instance: takes calls as they come, and ends when nobody can send any more and
//! those it has are answered.

use super::{Job, Reply, Shared};
use crate::contract::{Blueprint, Exports};
use crate::instance::run::Instance;
use crate::instance::state::{Setup, State};
use crate::instance::stop::Stopped;
use futures::stream::{FuturesUnordered, StreamExt};
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;
use tracing::Instrument;
use wasmtime::component::Accessor;

/// Runs an instance from its first call to its last.
pub(super) async fn drive(
    blueprint: &Blueprint<State>,
    setup: Setup,
    queue: &mut mpsc::UnboundedReceiver<Job>,
    shared: &Shared,
) -> Result<(), Stopped> {
    Instance::open(blueprint, setup)
        .run(async |accessor, exports| {
            shared.started.store(true, Ordering::Release);
            serve(accessor, exports, queue, shared).await
        })
        .await
}

enum Done {
    Answered,
    Abandoned,
    /// Its caller had gone before it began.
    Unwanted,
}

async fn serve(
    accessor: &Accessor<State>,
    exports: &Exports,
    queue: &mut mpsc::UnboundedReceiver<Job>,
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
                Some(job) => running.push(serve_call(accessor, exports, job)),
                None => open = false,
            },
        }
    }
}

async fn serve_call(
    accessor: &Accessor<State>,
    exports: &Exports,
    job: Job,
) -> wasmtime::Result<Done> {
    let Job {
        operation,
        mut reply,
        span,
    } = job;
    if reply.is_closed() {
        return Ok(Done::Unwanted);
    }
    tokio::select! {
        biased;
        answer = operation.perform(accessor, exports).instrument(span) => {
            // A caller that went away at the last moment still has to be acknowledged.
            Ok(match reply.send(Reply::Answered(answer?)) {
                Ok(()) => Done::Answered,
                Err(_) => Done::Abandoned,
            })
        }
        () = reply.closed() => Ok(Done::Abandoned),
    }
}
