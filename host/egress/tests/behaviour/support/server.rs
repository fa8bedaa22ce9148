//! An HTTP server on a real socket, plain or under TLS, that counts connections and requests.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, Uri, Version};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls::{HandshakeKind, ServerConfig};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// What a server answers with.
pub(crate) type Answer = Response<UnsyncBoxBody<Bytes, std::io::Error>>;

/// An answer with a status and a text.
pub(crate) fn answer(status: u16, text: impl Into<String>) -> Answer {
    let body = Full::new(Bytes::from(text.into()))
        .map_err(|never| match never {})
        .boxed_unsync();
    Response::builder().status(status).body(body).unwrap()
}

/// The same with a header field.
pub(crate) fn answer_with(status: u16, name: &str, value: &str, text: &str) -> Answer {
    let mut answer = answer(status, text);
    answer.headers_mut().append(
        http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
        value.parse().unwrap(),
    );
    answer
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    resumed: AtomicUsize,
    seen: Mutex<Vec<Seen>>,
}

/// A running server; stops when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Handler = Arc<dyn Fn(&Seen) -> Answer + Send + Sync>;

impl Server {
    /// Answers every request over plain http.
    pub(crate) async fn plain(handler: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::start("127.0.0.1:0".parse().unwrap(), None, Arc::new(handler)).await
    }

    /// The same at a chosen address.
    pub(crate) async fn plain_at(
        address: SocketAddr,
        handler: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(address, None, Arc::new(handler)).await
    }

    /// Answers every request under TLS.
    pub(crate) async fn tls(
        tls: Arc<ServerConfig>,
        handler: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start("127.0.0.1:0".parse().unwrap(), Some(tls), Arc::new(handler)).await
    }

    async fn start(address: SocketAddr, tls: Option<Arc<ServerConfig>>, handler: Handler) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (tls, handler, counts) =
                    (tls.clone(), Arc::clone(&handler), Arc::clone(&shared));
                connections.spawn(async move {
                    match tls {
                        None => serve(TokioIo::new(tcp), handler, counts).await,
                        Some(tls) => {
                            let Ok(stream) = TlsAcceptor::from(tls).accept(tcp).await else {
                                return;
                            };
                            if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
                                counts.resumed.fetch_add(1, Ordering::SeqCst);
                            }
                            serve(TokioIo::new(stream), handler, counts).await;
                        }
                    }
                });
            }
        });
        Self {
            address,
            counts,
            task,
        }
    }

    /// Connections accepted so far.
    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// TLS handshakes that resumed a session.
    pub(crate) fn resumed(&self) -> usize {
        self.counts.resumed.load(Ordering::SeqCst)
    }

    /// Requests seen so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.counts.seen.lock().unwrap().clone()
    }

    /// `http://127.0.0.1:port` and the path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `scheme://name:port` and the path.
    pub(crate) fn named(&self, scheme: &str, name: &str, path: &str) -> String {
        format!("{scheme}://{name}:{}{path}", self.address.port())
    }
}

async fn serve<I>(io: I, handler: Handler, counts: Arc<Counts>)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (handler, counts) = (Arc::clone(&handler), Arc::clone(&counts));
        async move {
            let (parts, body) = request.into_parts();
            let body = body
                .collect()
                .await
                .map(|body| body.to_bytes())
                .unwrap_or_default();
            let seen = Seen {
                method: parts.method,
                uri: parts.uri,
                version: parts.version,
                headers: parts.headers,
                body,
            };
            counts.seen.lock().unwrap().push(seen.clone());
            Ok::<_, Infallible>(handler(&seen))
        }
    });
    let _ = Builder::new(TokioExecutor::new())
        .serve_connection(io, service)
        .await;
}
