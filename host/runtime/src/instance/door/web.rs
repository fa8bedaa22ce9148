//! The contract's `web`: a whole exchange in one crossing of the component's border.
//!
//! At 64 calls in flight on two cores, one page of `list-rows` took 72 µs of processor time through
//! `wasi:http`, in some thirty crossings, and takes 35 µs through here; with a fresh instance 160 and 69.

use super::verdict::Verdict;
use super::{Door, EXCHANGE, Patience};
use crate::contract::web::{self, NoAnswer, Request, Response};
use crate::instance::held::{Held, NoRoom};
use crate::instance::limits::fields_weight;
use crate::instance::state::State;
use airlock_egress::{Body, EgressError};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use http_body::Body as _;
use http_body_util::{BodyExt, Empty, Full};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;
use wasmtime::StoreContextMut;
use wasmtime::component::{
    Accessor, Destination, FutureReader, HasSelf, StreamProducer, StreamReader, StreamResult,
};

/// An answer that is longer streams on from here, so that the host never holds more of one. A page
/// of 50 rows is a tenth of this.
const WHOLE: usize = 256 << 10;

/// What a header field of a request takes beside its text.
const EACH_FIELD: usize = 48;

impl web::Host for State {}

impl web::HostWithStore<State> for HasSelf<State> {
    async fn exchange(
        accessor: &Accessor<State, Self>,
        request: Request,
    ) -> wasmtime::Result<Result<Response, NoAnswer>> {
        let door = accessor.with(|mut access| access.get().door());
        match exchange(&door, request).await {
            Ok(Answered {
                head,
                body,
                more: None,
                held: _held,
            }) => Ok(Ok(response(&head, body, None))),
            Ok(Answered {
                head,
                body,
                more: Some(more),
                held,
            }) => {
                let (data, done) = Rest::open(more, held);
                let rest = accessor.with(|mut access| {
                    Ok::<_, wasmtime::Error>(web::Rest {
                        data: StreamReader::new(&mut access, data)?,
                        done: FutureReader::new(&mut access, async move {
                            Ok::<_, wasmtime::Error>(done.await.unwrap_or(Ok(())))
                        })?,
                    })
                })?;
                Ok(Ok(response(&head, body, Some(rest))))
            }
            Err(verdict) => Ok(Err(verdict.into())),
        }
    }
}

/// An answer with its body, or the beginning of a long one.
struct Answered {
    head: http::response::Parts,
    body: Vec<u8>,
    more: Option<Body>,
    /// What the host holds of it, until the component has taken it over.
    held: Held,
}

async fn exchange(door: &Door, request: Request) -> Result<Answered, Verdict> {
    let silence = request.timeout_ms.map(Duration::from_millis);
    let patience = Patience {
        first_byte: silence,
        between_bytes: silence,
    };
    // What was handed over is kept only if there is room for it: a request that waits its turn keeps
    // its body all the time.
    let (answer, mut held) = match door.room(weight(&request)) {
        Ok(held) => {
            // Not made within the call: what `?` takes apart keeps its place while the answer is awaited.
            let outgoing = outgoing(request)?;
            (door.send(outgoing, patience).await?, held)
        }
        Err(no_room) => {
            drop(request);
            (door.answer(&no_room.into())?, Held::nothing(&door.limits))
        }
    };
    let (head, mut body) = answer.into_parts();
    let fits = |kept: Result<(), NoRoom>| {
        kept.map_err(|no_room| Verdict::Denied(format!("its answer is not kept: {no_room}")))
    };
    fits(held.resize(EXCHANGE.saturating_add(fields_weight(&head.headers))))?;
    let mut whole = Vec::new();
    while whole.len() < WHOLE && !body.is_end_stream() {
        let Some(frame) = body.frame().await else {
            return Ok(Answered {
                head,
                body: whole,
                more: None,
                held,
            });
        };
        // Trailers have no place in a whole answer.
        if let Ok(data) = frame.map_err(|error| Verdict::from(&error))?.into_data() {
            fits(held.grow(data.len()))?;
            if whole.is_empty() {
                whole = Vec::from(data);
            } else {
                whole.extend_from_slice(&data);
            }
        }
    }
    let more = (!body.is_end_stream()).then_some(body);
    Ok(Answered {
        head,
        body: whole,
        more,
        held,
    })
}

/// What a request takes until it is answered.
fn weight(request: &Request) -> usize {
    let fields = request.headers.iter().map(|(name, value)| {
        name.len()
            .saturating_add(value.len())
            .saturating_add(EACH_FIELD)
    });
    [request.url.len(), request.method.len(), request.body.len()]
        .into_iter()
        .chain(fields)
        .fold(0, usize::saturating_add)
}

fn outgoing(request: Request) -> Result<http::Request<Body>, Verdict> {
    let denied =
        |what: &str| Verdict::Denied(format!("the host does not let this request leave: {what}"));
    // `Uri` drops a fragment in silence; what is sent has to be what was asked for.
    if request.url.contains('#') {
        return Err(denied("its URL has a fragment"));
    }
    let url = Uri::from_maybe_shared(Bytes::from(request.url))
        .map_err(|error| denied(&format!("its URL cannot be read ({error})")))?;
    if url.scheme().is_none() || url.authority().is_none() {
        return Err(denied("its URL is not absolute"));
    }
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| denied("its method is no HTTP token"))?;
    let body = if request.body.is_empty() {
        Empty::new().map_err(|never| match never {}).boxed_unsync()
    } else {
        Full::new(Bytes::from(request.body))
            .map_err(|never| match never {})
            .boxed_unsync()
    };
    let mut outgoing = http::Request::new(body);
    *outgoing.method_mut() = method;
    *outgoing.uri_mut() = url;
    // Egress adds two: the host and the credential.
    *outgoing.headers_mut() = HeaderMap::try_with_capacity(request.headers.len() + 2)
        .map_err(|_| denied("it has too many header fields"))?;
    for (name, value) in request.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| denied(&format!("`{}` names no header field", name.escape_debug())))?;
        let value = HeaderValue::from_maybe_shared(Bytes::from(value)).map_err(|_| {
            denied(&format!(
                "the header `{name}` has a value that HTTP does not allow"
            ))
        })?;
        outgoing
            .headers_mut()
            .try_append(name, value)
            .map_err(|_| denied("it has too many header fields"))?;
    }
    Ok(outgoing)
}

fn response(head: &http::response::Parts, body: Vec<u8>, rest: Option<web::Rest>) -> Response {
    Response {
        status: head.status.as_u16(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body,
        rest,
    }
}

impl From<Verdict> for NoAnswer {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::NotSent(text) => Self::NotSent(text),
            Verdict::Interrupted(text) => Self::Interrupted(text),
            Verdict::Denied(text)
            | Verdict::RequestTooLarge(_, text)
            | Verdict::AnswerTooLarge(_, text) => Self::Denied(text),
        }
    }
}

/// The rest of a long body, at the pace of its reader.
pub(crate) struct Rest {
    body: Body,
    done: Option<oneshot::Sender<Result<(), NoAnswer>>>,
    _held: Held,
}

impl Rest {
    fn open(body: Body, held: Held) -> (Self, oneshot::Receiver<Result<(), NoAnswer>>) {
        let (done, told) = oneshot::channel();
        let rest = Self {
            body,
            done: Some(done),
            _held: held,
        };
        (rest, told)
    }

    fn end(&mut self, how: Result<(), NoAnswer>) -> StreamResult {
        if let Some(done) = self.done.take() {
            let _ = done.send(how);
        }
        StreamResult::Dropped
    }

    fn broken(&mut self, error: &EgressError) -> StreamResult {
        self.end(Err(Verdict::from(error).into()))
    }
}

impl StreamProducer<State> for Rest {
    type Item = u8;
    type Buffer = Bytes;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _: StoreContextMut<'a, State>,
        mut destination: Destination<'a, u8, Bytes>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        loop {
            return Poll::Ready(Ok(match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Pending if finish => StreamResult::Cancelled,
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => self.end(Ok(())),
                Poll::Ready(Some(Err(error))) => self.broken(&error),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => {
                        destination.set_buffer(data);
                        StreamResult::Completed
                    }
                    _ => continue,
                },
            }));
        }
    }
}
