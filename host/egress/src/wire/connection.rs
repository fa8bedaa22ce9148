//! One connection: a socket with HTTP spoken over it, 1.1 for one exchange at a time or 2 for many.

use std::net::SocketAddr;
use std::sync::Arc;

use futures::future::Either;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::request_body::RequestBody;
use crate::wire::interim::Allowance;
use crate::wire::stream::Stream;

/// What hyper keeps on the stack, and its own limit of fields when none is set.
const HYPER_FIELDS: usize = 100;

/// Below this hyper refuses to work.
const HYPER_BUFFER: usize = 8 << 10;

/// How much of an answer's head is accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadLimits {
    pub(crate) fields: usize,
    pub(crate) bytes: usize,
}

/// A connection, or with HTTP/2 a share in one.
pub(crate) struct Connection {
    sender: Sender,
    allowance: Arc<Allowance>,
    head_bytes: usize,
    /// The judged address that was dialled.
    pub(crate) address: SocketAddr,
    /// It comes out of the pool, so that the other side may have closed it meanwhile.
    pub(crate) pooled: bool,
}

enum Sender {
    Http1(http1::SendRequest<RequestBody>),
    Http2(http2::SendRequest<RequestBody>),
}

impl Connection {
    /// Speaks HTTP over `stream`, in the version that its handshake agreed on.
    ///
    /// # Errors
    /// When HTTP/2's own greeting fails.
    pub(crate) async fn open(stream: Stream, limits: HeadLimits) -> Result<Self, hyper::Error> {
        let address = stream.address();
        let allowance = Arc::clone(stream.allowance());
        let sender = if stream.speaks_h2() {
            Sender::Http2(open_h2(stream, limits).await?)
        } else {
            Sender::Http1(open_h1(stream, limits).await?)
        };
        Ok(Self {
            sender,
            allowance,
            head_bytes: limits.bytes,
            address,
            pooled: false,
        })
    }

    /// Another share in a connection that can be shared.
    pub(crate) fn share(&self) -> Option<Self> {
        match &self.sender {
            Sender::Http1(_) => None,
            Sender::Http2(sender) => Some(Self {
                sender: Sender::Http2(sender.clone()),
                allowance: Arc::clone(&self.allowance),
                head_bytes: self.head_bytes,
                address: self.address,
                pooled: true,
            }),
        }
    }

    /// Whether many exchanges share it.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }

    /// Whether it takes a request at once.
    pub(crate) fn is_ready(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender) => sender.is_ready(),
            Sender::Http2(sender) => sender.is_ready(),
        }
    }

    /// Whether it will never take a request again.
    pub(crate) fn is_closed(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender) => sender.is_closed(),
            Sender::Http2(sender) => sender.is_closed(),
        }
    }

    /// Waits until it takes a request.
    ///
    /// # Errors
    /// When it was closed.
    pub(crate) async fn ready(&mut self) -> Result<(), hyper::Error> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await,
            Sender::Http2(sender) => sender.ready().await,
        }
    }

    /// Notes that an answer's head has come: what follows is its body.
    pub(crate) fn answered(&self) {
        self.allowance.answered();
    }

    /// Sends a request and waits for the answer's head.
    ///
    /// # Errors
    /// With the request itself where nothing of it has left.
    pub(crate) fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> impl Future<Output = Result<Response<Incoming>, TrySendError<Request<RequestBody>>>> + use<>
    {
        self.allowance.asked(self.head_bytes);
        match &mut self.sender {
            Sender::Http1(sender) => Either::Left(sender.try_send_request(request)),
            Sender::Http2(sender) => Either::Right(sender.try_send_request(request)),
        }
    }
}

async fn open_h1(
    stream: Stream,
    limits: HeadLimits,
) -> Result<http1::SendRequest<RequestBody>, hyper::Error> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(limits.bytes.max(HYPER_BUFFER));
    // Another number costs an allocation for each answer, so it is only set where it differs.
    if limits.fields != HYPER_FIELDS {
        builder.max_headers(limits.fields);
    }
    let (sender, connection) = builder.handshake(stream).await?;
    // What goes wrong, those who wait for an answer are told.
    tokio::spawn(async move { connection.await.unwrap_or_default() });
    Ok(sender)
}

async fn open_h2(
    stream: Stream,
    limits: HeadLimits,
) -> Result<http2::SendRequest<RequestBody>, hyper::Error> {
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits.bytes).unwrap_or(u32::MAX))
        .handshake(stream)
        .await?;
    tokio::spawn(async move { connection.await.unwrap_or_default() });
    Ok(sender)
}
