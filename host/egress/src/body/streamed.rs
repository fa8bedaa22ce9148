//! A request's body while the guest is still writing it: counted, held to its declared length, its
//! trailers judged. The last byte is not let go before it is clear that it is the last.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::oneshot;

use crate::Judge;
use crate::error::{Direction, EgressError};
use crate::message::Body;
use crate::stages::body::Meter;
use crate::stages::headers::HeaderLimits;

/// What limits a request's body.
#[derive(Clone)]
pub(crate) struct BodyLimits {
    /// Largest body, in bytes.
    pub(crate) largest: u64,
    /// Largest body that is held, in bytes.
    pub(crate) held: u64,
    /// How many trailers, and how large.
    pub(crate) trailers: HeaderLimits,
    /// Judges them.
    pub(crate) judge: Judge,
}

/// A body while it is being read: counted, held to its declared length, its trailers judged.
pub(crate) struct Streamed {
    inner: Body,
    meter: Meter,
    length: Option<u64>,
    trailers: HeaderLimits,
    judge: Judge,
    /// Told when the last byte was taken: only then does the wait for an answer begin.
    finished: Option<oneshot::Sender<()>>,
    last: Option<Frame<Bytes>>,
    done: bool,
}

impl Streamed {
    pub(crate) fn new(inner: Body, length: Option<u64>, limits: &BodyLimits) -> Self {
        Self {
            inner,
            meter: Meter::new(Direction::Request, limits.largest),
            length,
            trailers: limits.trailers,
            judge: limits.judge.clone(),
            finished: None,
            last: None,
            done: false,
        }
    }

    /// Resolves when the last byte was taken, or the body was given up.
    pub(crate) fn on_finish(&mut self) -> oneshot::Receiver<()> {
        let (finished, receiver) = oneshot::channel();
        self.finished = Some(finished);
        receiver
    }

    fn accept(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, EgressError> {
        if let Some(data) = frame.data_ref() {
            self.meter.count(data.len())?;
            if self.length.is_some_and(|length| self.meter.seen() > length) {
                return Err(mismatch("longer"));
            }
        } else if let Some(trailers) = frame.trailers_ref() {
            self.judge.trailers(trailers, self.trailers)?;
        }
        Ok(frame)
    }

    /// Whether as much came as was declared.
    fn is_complete(&self) -> bool {
        self.length == Some(self.meter.seen())
    }

    fn fail(&mut self, error: EgressError) -> Poll<Option<Result<Frame<Bytes>, EgressError>>> {
        self.done = true;
        self.last = None;
        Poll::Ready(Some(Err(error)))
    }

    fn end(&mut self) -> Result<(), EgressError> {
        self.done = true;
        if let Some(finished) = self.finished.take() {
            let _ = finished.send(());
        }
        if self.length.is_some_and(|length| self.meter.seen() < length) {
            return Err(mismatch("shorter"));
        }
        Ok(())
    }
}

fn mismatch(how: &str) -> EgressError {
    EgressError::RequestBody {
        message: format!("it is {how} than its declared length"),
    }
}

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = EgressError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, EgressError>>> {
        let this = &mut *self;
        loop {
            if this.done {
                return Poll::Ready(this.last.take().map(Ok));
            }
            let frame = match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                Some(Ok(frame)) => match this.accept(frame) {
                    Ok(frame) => frame,
                    Err(error) => return this.fail(error),
                },
                Some(Err(error)) => return this.fail(error),
                None => match this.end() {
                    Ok(()) => continue,
                    Err(error) => return this.fail(error),
                },
            };
            if this.inner.is_end_stream()
                && let Err(error) = this.end()
            {
                return this.fail(error);
            }
            // The last bytes of a declared length are kept until it is clear that no more follow: with
            // them the request would count as complete.
            if this.done || frame.is_trailers() || !this.is_complete() {
                return Poll::Ready(Some(Ok(frame)));
            }
            if !frame.data_ref().is_some_and(Bytes::is_empty) {
                this.last = Some(frame);
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.done && self.last.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.length {
            // Asked before the first byte, to frame the body.
            Some(length) => SizeHint::with_exact(length.saturating_sub(self.meter.seen())),
            None => self.inner.size_hint(),
        }
    }
}
