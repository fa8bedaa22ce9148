//! A request's body on its way out: held, so that it can be sent again, or streamed and counted.
//! The host frames it: its length is what was declared, neither more nor less.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::oneshot;

use crate::body::streamed::{BodyLimits, Streamed};
use crate::error::{Direction, EgressError};
use crate::message::Body;

/// A body that has been prepared for sending.
pub(crate) enum Prepared {
    /// Can be sent as often as needed.
    Held(Bytes),
    /// Can be sent once; nothing when it was.
    Streamed(Option<Box<Streamed>>),
}

impl Prepared {
    /// As much of it as fits into `most` bytes, and whether there is more.
    pub(crate) async fn show(&mut self, most: u64) -> Result<(Bytes, bool), EgressError> {
        let streamed = match self {
            Self::Held(bytes) => return Ok((bytes.clone(), false)),
            Self::Streamed(streamed) => streamed.take(),
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
                failure: BodyFailure::default(),
            }),
            Self::Streamed(streamed) => {
                let mut streamed = streamed.take()?;
                let finished = streamed.on_finish();
                let failure = BodyFailure::default();
                Some(Outgoing {
                    body: RequestBody::Streamed(streamed, failure.clone()),
                    finished: Some(finished),
                    failure,
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
    /// Where its own error will be, should it have one.
    pub(crate) failure: BodyFailure,
}

/// Whether there is no body, and none was declared.
pub(crate) fn is_empty(body: &Body, declared: Option<u64>) -> bool {
    body.is_end_stream() && declared.is_none_or(|length| length == 0)
}

/// Reads a body of known and moderate length to its end; prepares any other for streaming.
pub(crate) async fn prepare(
    body: Body,
    declared: Option<u64>,
    limits: &BodyLimits,
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

/// Where an error of a streamed body is left for the one who sends it: the client wraps it so that
/// it could only be borrowed.
#[derive(Clone, Default)]
pub(crate) struct BodyFailure(Arc<Mutex<Option<EgressError>>>);

impl BodyFailure {
    /// Leaves an error, unless there is one already.
    fn leave(&self, error: &EgressError) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.get_or_insert_with(|| error.clone());
    }

    /// Takes the error that a body left, if it left one.
    pub(crate) fn take(&self) -> Option<EgressError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A body as the client takes it.
pub(crate) enum RequestBody {
    /// Held.
    Held(Option<Bytes>),
    /// Streamed.
    Streamed(Box<Streamed>, BodyFailure),
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
            Self::Streamed(body, failure) => {
                let frame = ready!(Pin::new(body.as_mut()).poll_frame(cx));
                if let Some(Err(error)) = &frame {
                    failure.leave(error);
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
