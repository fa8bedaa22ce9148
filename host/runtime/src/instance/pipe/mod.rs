//! A streamed call: bytes out of a component as it makes them, in memory that does not grow.
//!
//! Each has an instance of its own, so what it held is given back when it ends. A reader that is
//! slow slows the component down, one that stops hears how far it came, and one that goes away ends the
//! instance.

mod ends;

use super::local_wakes::LocalWakes;
use super::operation::Text;
use super::run::Instance;
use super::state::{Setup, State};
use crate::call::{ByteStream, Piped};
use crate::contract::{Blueprint, Exports, exports};
use crate::error::{Deadline, HostError};
use crate::json;
use crate::spans;
use crate::under_way::UnderWay;
use bytes::Bytes;
use ends::{BodyIn, BytesOut, Done};
use futures::{FutureExt, Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, PollSender, WaitForCancellationFutureOwned};
use tracing::{Instrument, Span};
use wasmtime::component::{Accessor, StreamReader};

/// Chunks between component and reader. With 64 KiB each, at most 512 KiB wait.
const CHUNKS: usize = 8;
/// Largest chunk.
const CHUNK_BYTES: usize = 64 << 10;

/// What a component said when the stream began.
struct Begun {
    content_type: String,
}

/// Starts a streamed call. `held` is given back when it has ended.
pub(crate) async fn pipe(
    blueprint: &Blueprint<State>,
    setup: Setup,
    request: exports::actions::Request,
    body: Option<ByteStream>,
    deadline: Deadline,
    held: impl Send + 'static,
    under_way: &UnderWay,
) -> Result<Piped, HostError> {
    let (chunks, data) = mpsc::channel::<Bytes>(CHUNKS);
    let (begin, begun) = oneshot::channel();
    let (finish, finished) = oneshot::channel();
    let blueprint = blueprint.clone();
    let limits = setup.limits.clone();
    let span = spans::instance("stream");
    let task = under_way.spawn(async move {
        let run = Instance::open(&blueprint, setup).run(async |accessor, exports| {
            stream(accessor, exports, request, body, chunks, begin).await
        });
        let run = LocalWakes::new(run.instrument(span));
        let result = match tokio::time::timeout(deadline.after, run).await {
            Ok(Ok(result)) => result,
            Ok(Err(stopped)) => Err(stopped.into()),
            Err(_) => Err(deadline.passed()),
        };
        let _ = finish.send(result);
        drop(held);
    });
    // Aborting a task that has ended does nothing: this is only for a reader that goes away.
    let guard = AbortOnDrop(task.abort_handle());
    let done = async move {
        match finished.await {
            Ok(result) => json::read("its summary", result?, &limits).await,
            Err(_) => Err(HostError::Defect(
                "a streamed call lost its instance".to_owned(),
            )),
        }
    };
    match begun.await {
        Ok(Begun { content_type }) => {
            let stop = CancellationToken::new();
            Ok(Piped {
                content_type,
                data: Chunks {
                    data,
                    stopped: Some(Box::pin(stop.clone().cancelled_owned())),
                    _guard: guard,
                }
                .boxed(),
                done: done.boxed(),
                stop,
            })
        }
        // It never began: `done` knows why.
        Err(_) => match done.await {
            Err(error) => Err(error),
            Ok(_) => Err(HostError::Defect(
                "a streamed call ended without a stream".to_owned(),
            )),
        },
    }
}

async fn stream(
    accessor: &Accessor<State>,
    exports: &Exports,
    request: exports::actions::Request,
    body: Option<ByteStream>,
    chunks: mpsc::Sender<Bytes>,
    begin: oneshot::Sender<Begun>,
) -> wasmtime::Result<Result<Text, HostError>> {
    let body = match body {
        Some(body) => Some(accessor.with(|access| StreamReader::new(access, BodyIn(body)))?),
        None => None,
    };
    let door = accessor.with(|mut access| access.get().door());
    let _inside = door.in_flight.enter(Span::current());
    let told = |error| accessor.with(|mut access| access.get().told(0, error));
    let piped = exports
        .airlock_connector_actions()
        .call_pipe(accessor, request, body)
        .await?;
    let piped = match piped {
        Ok(piped) => piped,
        Err(error) => return Ok(Err(HostError::Connector(told(error)))),
    };
    let (done, summary) = oneshot::channel();
    accessor.with(|mut access| {
        piped.data.pipe(
            &mut access,
            BytesOut {
                chunks: PollSender::new(chunks),
            },
        )?;
        piped.done.pipe(&mut access, Done(Some(done)))
    })?;
    let _ = begin.send(Begun {
        content_type: piped.content_type,
    });
    Ok(match summary.await {
        Ok(Ok(summary)) => Text::of(summary, accessor),
        Ok(Err(error)) => Err(HostError::Connector(told(error))),
        Err(_) => Err(HostError::Trap(
            "it ended a stream without saying how it went".to_owned(),
        )),
    })
}

/// The reader's end; dropping it ends the instance.
struct Chunks {
    data: mpsc::Receiver<Bytes>,
    /// Resolves when nothing more is wanted; nothing once that is known.
    stopped: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    _guard: AbortOnDrop,
}

impl Stream for Chunks {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(stopped) = &mut self.stopped
            && stopped.as_mut().poll(cx).is_ready()
        {
            self.stopped = None;
            self.data.close();
        }
        self.data.poll_recv(cx)
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
