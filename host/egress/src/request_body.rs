//! A request's body on its way out: held, so that it can be sent again, or streamed and counted.
//! The host frames it: its length is what was declared, neither more nor less.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::oneshot;

use crate::error::{Direction, EgressError};
use crate::lane::Body;
use crate::stages::body::Meter;
use crate::stages::headers::{HeaderLimits, judge_trailers};

/// What limits a request's body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    /// Largest body, in bytes.
    pub(crate) largest: u64,
    /// Largest body that is held, in bytes.
    pub(crate) held: u64,
    /// For trailers; nothing when they are not judged.
    pub(crate) trailers: Option<HeaderLimits>,
}

/// A body that has been prepared for sending.
pub(crate) enum Prepared {
    /// Can be sent as often as needed.
    Held(Bytes),
    /// Can be sent once; nothing when it was.
    Streamed(Option<Box<Streamed>>),
}

impl Prepared {
    /// As much of it as fits into `most` bytes, and whether there is more.
    pub(crate) async fn show(self, most: u64) -> Result<(Bytes, bool), EgressError> {
        let streamed = match self {
            Self::Held(bytes) => return Ok((bytes, false)),
            Self::Streamed(streamed) => streamed,
        };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut shown = BytesMut::new();
        let Some(mut streamed) = streamed else {
            return Ok((shown.freeze(), true));
        };
        while let Some(frame) = streamed.frame().await {
            if let Ok(data) = frame?.into_data() {
                if shown.len() + data.len() > most {
                    return Ok((shown.freeze(), true));
                }
                shown.extend_from_slice(&data);
            }
        }
        Ok((shown.freeze(), false))
    }

    /// Whether it can be sent again.
    pub(crate) fn is_replayable(&self) -> bool {
        matches!(self, Self::Held(_))
    }

    /// The body for the next attempt; nothing when it was sent and cannot be sent again.
    pub(crate) fn next(&mut self) -> Option<Outgoing> {
        match self {
            Self::Held(bytes) => Some(Outgoing {
                body: RequestBody::Held(Some(bytes.clone())),
                finished: None,
                fate: Fate::default(),
            }),
            Self::Streamed(streamed) => {
                let mut streamed = streamed.take()?;
                let (finished, receiver) = oneshot::channel();
                streamed.finished = Some(finished);
                let fate = Fate::default();
                Some(Outgoing {
                    body: RequestBody::Streamed(streamed, Arc::clone(&fate)),
                    finished: Some(receiver),
                    fate,
                })
            }
        }
    }
}

/// A body for one attempt.
pub(crate) struct Outgoing {
    pub(crate) body: RequestBody,
    /// Resolves when the last byte of a streamed body was taken, or the body was given up.
    pub(crate) finished: Option<oneshot::Receiver<()>>,
    /// Its own error, should it have one.
    pub(crate) fate: Fate,
}

/// Whether there is no body, and none was declared.
pub(crate) fn is_empty(body: &Body, declared: Option<u64>) -> bool {
    body.is_end_stream() && declared.is_none_or(|length| length == 0)
}

/// Reads a body of known and moderate length to its end; prepares any other for streaming.
pub(crate) async fn prepare(
    body: Body,
    declared: Option<u64>,
    limits: BodyLimits,
) -> Result<Prepared, EgressError> {
    let length = declared.or_else(|| body.size_hint().exact());
    if length.is_some_and(|length| length > limits.largest) {
        return Err(EgressError::BodyTooLarge {
            direction: Direction::Request,
            limit: limits.largest,
        });
    }
    let streamed = Box::new(Streamed::new(body, length, limits));
    match length {
        Some(length) if length <= limits.held => hold(streamed).await,
        _ => Ok(Prepared::Streamed(Some(streamed))),
    }
}

async fn hold(streamed: Box<Streamed>) -> Result<Prepared, EgressError> {
    let collected = streamed.collect().await?;
    // Trailers of a body that is sent as a whole have nowhere to go in HTTP/1.1 with a length.
    Ok(Prepared::Held(collected.to_bytes()))
}

/// A body while it is being read: counted, held to its declared length, its trailers judged.
pub(crate) struct Streamed {
    inner: Body,
    meter: Meter,
    length: Option<u64>,
    trailers: Option<HeaderLimits>,
    /// Told when the last byte was taken: only then does the wait for an answer begin.
    finished: Option<oneshot::Sender<()>>,
    last: Option<Frame<Bytes>>,
    done: bool,
}

impl Streamed {
    fn new(inner: Body, length: Option<u64>, limits: BodyLimits) -> Self {
        Self {
            inner,
            meter: Meter::new(Direction::Request, limits.largest),
            length,
            trailers: limits.trailers,
            finished: None,
            last: None,
            done: false,
        }
    }

    fn accept(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, EgressError> {
        if let Some(data) = frame.data_ref() {
            self.meter.count(data.len())?;
            if self.length.is_some_and(|length| self.meter.seen() > length) {
                return Err(mismatch("longer"));
            }
        } else if let (Some(trailers), Some(limits)) = (frame.trailers_ref(), self.trailers) {
            judge_trailers(trailers, limits)?;
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

/// Where an error of a streamed body is left for the one who sends it: the client wraps it so that
/// it could only be borrowed.
pub(crate) type Fate = Arc<Mutex<Option<EgressError>>>;

/// Takes the error that a body left, if it left one.
pub(crate) fn take_fate(fate: &Fate) -> Option<EgressError> {
    fate.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// A body as the client takes it.
pub(crate) enum RequestBody {
    /// Held.
    Held(Option<Bytes>),
    /// Streamed.
    Streamed(Box<Streamed>, Fate),
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = EgressError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, EgressError>>> {
        match &mut *self {
            Self::Held(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Streamed(body, fate) => {
                let frame = ready!(Pin::new(body.as_mut()).poll_frame(cx));
                if let Some(Err(error)) = &frame {
                    let mut fate = fate.lock().unwrap_or_else(PoisonError::into_inner);
                    fate.get_or_insert_with(|| error.clone());
                }
                Poll::Ready(frame)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Held(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Streamed(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Held(bytes) => SizeHint::with_exact(
                bytes
                    .as_ref()
                    .and_then(|bytes| u64::try_from(bytes.len()).ok())
                    .unwrap_or(0),
            ),
            Self::Streamed(body, _) => body.size_hint(),
        }
    }
}
