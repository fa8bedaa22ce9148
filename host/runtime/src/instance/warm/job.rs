//! A call on its way into a warm instance: whatever it asks, the instance serves it or turns it away.

use super::{Reply, Shared};
use crate::contract::Exports;
use crate::instance::operation::{Operation, perform};
use crate::instance::state::State;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;
use tracing::{Instrument, Span};
use wasmtime::component::Accessor;

/// What became of a call that the instance came to.
pub(super) enum Done {
    Answered,
    Abandoned,
    /// Its caller had gone before it began.
    Unwanted,
}

/// A call, whatever its operation.
pub(super) trait Job: Send {
    /// Runs it. The error is a trap.
    fn serve<'a>(
        self: Box<Self>,
        accessor: &'a Accessor<State>,
        exports: &'a Exports,
    ) -> BoxFuture<'a, wasmtime::Result<Done>>;

    /// Tells its caller that the instance has ended before it came to it.
    fn turn_away(self: Box<Self>, instance: &Shared);
}

/// An operation, and who waits for its answer.
pub(super) struct Queued<O: Operation> {
    pub(super) operation: O,
    pub(super) reply: oneshot::Sender<Reply<O>>,
    pub(super) span: Span,
}

impl<O: Operation> Job for Queued<O> {
    fn serve<'a>(
        self: Box<Self>,
        accessor: &'a Accessor<State>,
        exports: &'a Exports,
    ) -> BoxFuture<'a, wasmtime::Result<Done>> {
        let Self {
            operation,
            mut reply,
            span,
        } = *self;
        async move {
            if reply.is_closed() {
                return Ok(Done::Unwanted);
            }
            tokio::select! {
                biased;
                answer = perform(operation, accessor, exports).instrument(span) => {
                    // A caller that went away at the last moment still has to be acknowledged.
                    Ok(match reply.send(Reply::Answered(answer?)) {
                        Ok(()) => Done::Answered,
                        Err(_) => Done::Abandoned,
                    })
                }
                () = reply.closed() => Ok(Done::Abandoned),
            }
        }
        .boxed()
    }

    fn turn_away(self: Box<Self>, instance: &Shared) {
        let started = instance.started.load(Ordering::Acquire);
        let _ = self.reply.send(match instance.stopped.get() {
            Some(stopped) if !instance.retry.goes_elsewhere(started) => {
                Reply::Answered(Err(stopped.clone().into()))
            }
            _ => Reply::NotStarted(self.operation),
        });
    }
}
