//! Accepting connections and serving each in its own task.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::body::SimBody;
use super::connection::{Connection, ResetSwitch};
use super::header_case::HeaderCase;
use super::tls::Certificates;

/// Pause after a failed accept (out of file descriptors, mostly), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);
/// Streams of one HTTP/2 connection that may be open at a time: as many as a busy client pool wants.
const STREAMS: u32 = 1024;
/// Longest header block of HTTP/1.1: the longest URL the service takes (65,536 in a batch) and room for headers.
const HEADER_BYTES: usize = 192 * 1024;

/// What answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. `None` closes the connection without an answer.
    fn handle(
        self: Arc<Self>,
        request: http::Request<Incoming>,
        peer: SocketAddr,
        reset: ResetSwitch,
    ) -> impl Future<Output = Option<http::Response<SimBody>>> + Send;
}

/// A bound socket, not yet serving.
pub struct Listening {
    /// The socket.
    pub listener: std::net::TcpListener,
    /// TLS, unless plain.
    pub certificates: Option<Certificates>,
}

/// Serves until the returned future is dropped.
pub async fn serve<H: Handler>(listening: Listening, handler: Arc<H>) -> io::Result<()> {
    let listener = TcpListener::from_std(listening.listener)?;
    let acceptor = listening
        .certificates
        .map(|certificates| TlsAcceptor::from(certificates.config));
    let case = HeaderCase::learn().await?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve_connection(
                    stream,
                    peer,
                    acceptor.clone(),
                    case.clone(),
                    handler.clone(),
                ));
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve_connection<H: Handler>(
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    case: HeaderCase,
    handler: Arc<H>,
) {
    let reset = ResetSwitch::default();
    let connection = Connection::new(stream, reset.clone());
    match acceptor {
        None => serve_stream(TokioIo::new(connection), peer, reset, case, handler).await,
        Some(acceptor) => {
            // A failed handshake is the client's to report: it does not trust the authority yet.
            if let Ok(stream) = acceptor.accept(connection).await {
                serve_stream(TokioIo::new(stream), peer, reset, case, handler).await;
            }
        }
    }
}

async fn serve_stream<S, H>(
    stream: S,
    peer: SocketAddr,
    reset: ResetSwitch,
    case: HeaderCase,
    handler: Arc<H>,
) where
    S: Read + Write + Unpin + Send + 'static,
    H: Handler,
{
    let service = service_fn(|request: http::Request<Incoming>| {
        let version = request.version();
        let answer = handler.clone().handle(request, peer, reset.clone());
        let case = case.clone();
        async move {
            let mut response = answer.await.ok_or(Unanswered)?;
            case.apply(version, &mut response);
            Ok::<_, Unanswered>(response)
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .max_buf_size(HEADER_BYTES)
        .title_case_headers(true)
        .pipeline_flush(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_BYTES as u32);
    // How a connection ends is of no interest here: clients come and go.
    let _ = builder.serve_connection(stream, service).await;
}

/// Ends a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends here on purpose")]
struct Unanswered;
