//! A streamed call: bytes out of a component as it makes them, in memory that does not grow.
//!
//! Each has an instance of its own, so what it held is given back when it ends. A reader that is
//! slow slows the component down; a reader that goes away ends the instance.

use super::operation::Text;
use super::quiet::Quiet;
use super::state::{Setup, State, store};
use super::stop::Stopped;
use crate::call::{ByteStream, Piped};
use crate::contract::{Blueprint, Exports, exports, types};
use crate::error::{Deadline, HostError};
use crate::json;
use bytes::Bytes;
use futures::{FutureExt, Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::PollSender;
use wasmtime::component::{
    Accessor, Destination, FutureConsumer, Source, StreamConsumer, StreamProducer, StreamReader,
    StreamResult, VecBuffer,
};
use wasmtime::{Engine, StoreContextMut};

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
    engine: &Engine,
    blueprint: &Blueprint<State>,
    setup: Setup,
    request: exports::actions::Request,
    body: Option<ByteStream>,
    deadline: Deadline,
    held: impl Send + 'static,
) -> Result<Piped, HostError> {
    let (chunks, data) = mpsc::channel::<Bytes>(CHUNKS);
    let (begin, begun) = oneshot::channel();
    let (finish, finished) = oneshot::channel();
    let engine = engine.clone();
    let blueprint = blueprint.clone();
    let limits = setup.limits.clone();
    let task = tokio::spawn(async move {
        let mut store = store(&engine, setup);
        let last_words = store.data().last_words.clone();
        let run = async {
            let exports = blueprint.instantiate(&mut store).await?;
            store
                .run_concurrent(async |accessor| {
                    stream(accessor, &exports, request, body, chunks, begin).await
                })
                .await?
        };
        let result = match tokio::time::timeout(deadline.after, Quiet::new(run)).await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) => Err(Stopped::from_wasmtime(&error, &last_words.text()).into()),
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
        Ok(Begun { content_type }) => Ok(Piped {
            content_type,
            data: Chunks {
                data,
                _guard: guard,
            }
            .boxed(),
            done: done.boxed(),
        }),
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
    let told = |error| accessor.with(|mut access| access.get().told(0, error));
    let piped = exports
        .actions(accessor)?
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
    _guard: AbortOnDrop,
}

impl Stream for Chunks {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.data.poll_recv(cx)
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Takes bytes out of the component whenever the reader has room.
struct BytesOut {
    chunks: PollSender<Bytes>,
}

impl StreamConsumer<State> for BytesOut {
    type Item = u8;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<State>,
        source: Source<'_, u8>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        match self.chunks.poll_reserve(cx) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_)) => return Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => return Poll::Pending,
        }
        let mut source = source.as_direct(store);
        let waiting = source.remaining();
        let chunk = waiting
            .get(..waiting.len().min(CHUNK_BYTES))
            .unwrap_or(waiting);
        let taken = chunk.len();
        let chunk = Bytes::copy_from_slice(chunk);
        if taken > 0 && self.chunks.send_item(chunk).is_err() {
            return Poll::Ready(Ok(StreamResult::Dropped));
        }
        source.mark_read(taken);
        Poll::Ready(Ok(StreamResult::Completed))
    }
}

/// Takes the summary.
struct Done(Option<oneshot::Sender<Result<String, types::Error>>>);

impl FutureConsumer<State> for Done {
    type Item = Result<String, types::Error>;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        store: StoreContextMut<State>,
        mut source: Source<'_, Self::Item>,
        _finish: bool,
    ) -> Poll<wasmtime::Result<()>> {
        let mut item = None;
        source.read(store, &mut item)?;
        if let (Some(item), Some(done)) = (item, self.0.take()) {
            let _ = done.send(item);
        }
        Poll::Ready(Ok(()))
    }
}

/// Feeds a component from the caller's stream.
struct BodyIn(ByteStream);

impl StreamProducer<State> for BodyIn {
    type Item = u8;
    type Buffer = VecBuffer<u8>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _: StoreContextMut<'a, State>,
        mut destination: Destination<'a, u8, VecBuffer<u8>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        match self.0.poll_next_unpin(cx) {
            Poll::Ready(Some(chunk)) => {
                destination.set_buffer(Vec::from(chunk).into());
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}
