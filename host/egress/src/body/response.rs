//! An answer's body on its way in: counted, timed, redacted, and closed when it ends. I/O edge of
//! [`stages::body`](crate::stages::body).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use crate::error::{EgressError, Waiting};
use crate::redact::Redaction;
use crate::stages::body::{Meter, Patience};
use crate::stages::response_headers::filter_trailers;
use crate::wire::faults;

/// What is done once, when a body has ended: with its last byte, with an error, or because nobody reads on.
pub(crate) trait Closing: Unpin {
    /// Of `seen` bytes; `broken` says why it ended early, where it did.
    fn close(self, seen: u64, broken: Option<String>);
}

/// A guarded body.
pub(crate) struct ResponseBody<C: Closing> {
    inner: Incoming,
    /// `scheme://host[:port]`, for messages.
    origin: Arc<str>,
    meter: Meter,
    patience: Patience,
    redaction: Option<Redaction>,
    /// Made when the body first keeps us waiting; most never do.
    alarm: Option<Alarm>,
    trailers: Option<Frame<Bytes>>,
    done: bool,
    closing: Option<C>,
}

struct Alarm {
    sleep: Pin<Box<Sleep>>,
    set: Option<(Waiting, std::time::Duration)>,
}

/// What guards a body.
pub(crate) struct Guards<C> {
    pub(crate) meter: Meter,
    pub(crate) patience: Patience,
    pub(crate) redaction: Option<Redaction>,
    pub(crate) closing: C,
}

impl<C: Closing> ResponseBody<C> {
    pub(crate) fn new(inner: Incoming, origin: Arc<str>, guards: Guards<C>) -> Self {
        let mut body = Self {
            origin,
            meter: guards.meter,
            patience: guards.patience,
            redaction: guards.redaction,
            alarm: None,
            trailers: None,
            done: false,
            closing: Some(guards.closing),
            inner,
        };
        // Nobody may ever ask an empty body for its end.
        if body.inner.is_end_stream() {
            body.end(None);
        }
        body
    }

    fn end(&mut self, broken: Option<String>) {
        self.done = true;
        if let Some(closing) = self.closing.take() {
            closing.close(self.meter.seen(), broken);
        }
    }

    fn fail(&mut self, error: EgressError) -> Poll<Option<Result<Frame<Bytes>, EgressError>>> {
        self.end(Some(error.to_string()));
        Poll::Ready(Some(Err(error)))
    }

    /// Data to pass on; nothing when all of it is held back for now.
    fn accept(&mut self, data: Bytes) -> Result<Option<Bytes>, EgressError> {
        self.meter.count(data.len())?;
        let last = self.inner.is_end_stream();
        let clean = match &mut self.redaction {
            Some(redaction) => redaction.push(data, last),
            None => data,
        };
        if last {
            self.end(None);
        }
        Ok((!clean.is_empty()).then_some(clean))
    }

    /// What was held back, when nothing more comes.
    fn rest(&mut self) -> Option<Frame<Bytes>> {
        self.redaction
            .as_mut()
            .filter(|redaction| redaction.is_holding())
            .map(|redaction| Frame::data(redaction.finish()))
    }

    /// Whether the wait has lasted too long.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<EgressError> {
        let set = self.alarm.as_ref().and_then(|alarm| alarm.set);
        if set.is_none() {
            let Some((end, what, length)) = self.patience.until(Instant::now()) else {
                return Poll::Pending;
            };
            match &mut self.alarm {
                Some(alarm) => {
                    alarm.sleep.as_mut().reset(end);
                    alarm.set = Some((what, length));
                }
                None => {
                    self.alarm = Some(Alarm {
                        sleep: Box::pin(tokio::time::sleep_until(end)),
                        set: Some((what, length)),
                    });
                }
            }
        }
        let Some(alarm) = &mut self.alarm else {
            return Poll::Pending;
        };
        match (alarm.sleep.as_mut().poll(cx), alarm.set) {
            (Poll::Ready(()), Some((what, after))) => Poll::Ready(EgressError::Timeout {
                origin: self.origin.to_string(),
                what,
                after,
            }),
            _ => Poll::Pending,
        }
    }

    fn disarm(&mut self) {
        if let Some(alarm) = &mut self.alarm {
            alarm.set = None;
        }
    }
}

impl<C: Closing> HttpBody for ResponseBody<C> {
    type Data = Bytes;
    type Error = EgressError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, EgressError>>> {
        let this = &mut *self;
        loop {
            if this.done {
                return Poll::Ready(this.trailers.take().map(Ok));
            }
            match Pin::new(&mut this.inner).poll_frame(cx) {
                Poll::Pending => {
                    return match this.poll_alarm(cx) {
                        Poll::Ready(error) => this.fail(error),
                        Poll::Pending => Poll::Pending,
                    };
                }
                Poll::Ready(None) => {
                    let rest = this.rest();
                    this.end(None);
                    return Poll::Ready(rest.map(Ok));
                }
                Poll::Ready(Some(Err(error))) => {
                    let error = faults::of_body(&error, &this.origin);
                    return this.fail(error);
                }
                Poll::Ready(Some(Ok(frame))) => {
                    this.disarm();
                    match frame.into_data() {
                        Ok(data) => match this.accept(data) {
                            Ok(Some(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                            Ok(None) => {}
                            Err(error) => return this.fail(error),
                        },
                        Err(frame) => {
                            let rest = this.rest();
                            let redactor = this.redaction.as_ref().map(Redaction::redactor);
                            this.trailers = frame
                                .into_trailers()
                                .ok()
                                .map(|given| filter_trailers(given, redactor))
                                .map(Frame::trailers);
                            this.end(None);
                            if rest.is_some() {
                                return Poll::Ready(rest.map(Ok));
                            }
                        }
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.done && self.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if self.done {
            return SizeHint::with_exact(0);
        }
        // What is redacted changes its length.
        match self.redaction {
            Some(_) => SizeHint::default(),
            None => self.inner.size_hint(),
        }
    }
}

impl<C: Closing> Drop for ResponseBody<C> {
    fn drop(&mut self) {
        if !self.done {
            self.end(Some("the caller stopped reading".into()));
        }
    }
}
