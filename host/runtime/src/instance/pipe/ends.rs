//! The host's ends of a streamed call: the bytes that come out of a component, its summary, and the
//! bytes that go in.

use super::CHUNK_BYTES;
use crate::call::ByteStream;
use crate::contract::types;
use crate::instance::state::State;
use bytes::Bytes;
use futures::StreamExt;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::oneshot;
use tokio_util::sync::PollSender;
use wasmtime::StoreContextMut;
use wasmtime::component::{
    Destination, FutureConsumer, Source, StreamConsumer, StreamProducer, StreamResult, VecBuffer,
};

/// Takes bytes out of the component whenever the reader has room.
pub(super) struct BytesOut {
    pub(super) chunks: PollSender<Bytes>,
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
pub(super) struct Done(pub(super) Option<oneshot::Sender<Result<String, types::Error>>>);

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
pub(super) struct BodyIn(pub(super) ByteStream);

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
