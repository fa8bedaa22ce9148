//! Servers that a test owns: they write down what reaches them, connection by connection, and
//! misbehave where a path tells them to.

mod routes;
mod tls;

pub use tls::Tls;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which of the server's connections it came over, from 1.
    pub connection: u64,
    /// Method.
    pub method: String,
    /// The request target: path and query as they were sent.
    pub target: String,
    /// Header fields, in order; in HTTP/2 without the pseudo-fields.
    pub headers: Vec<(String, String)>,
    /// Trailer fields, in order.
    pub trailers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// The first value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        value(&self.headers, name)
    }

    /// The first value of a trailer field.
    pub fn trailer(&self, name: &str) -> Option<&str> {
        value(&self.trailers, name)
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

/// What all connections of a server share.
pub(crate) struct Shared {
    seen: Mutex<Vec<Request>>,
    connections: AtomicU64,
    resumed: AtomicU64,
    /// Requests waiting at the gate right now, and the most there ever were.
    waiting: AtomicUsize,
    most_waiting: AtomicUsize,
    arrived: tokio::sync::Notify,
    gate: Semaphore,
    /// Client id → client secret and access token.
    logins: Mutex<HashMap<String, (String, String)>>,
    /// By client: what its tokens begin with, and how many it has.
    sign_ins: Mutex<HashMap<String, (Option<String>, usize)>>,
}

/// A server on the loopback interface that ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    secure: bool,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// A server without TLS.
    pub async fn plain() -> Self {
        Self::start("127.0.0.1:0".parse().unwrap(), None).await
    }

    /// A server with TLS, HTTP/2 and HTTP/1.1.
    pub async fn secure(tls: &Tls) -> Self {
        Self::start("127.0.0.1:0".parse().unwrap(), Some(tls)).await
    }

    /// A server at `address`, where port 0 is any.
    pub async fn start(address: SocketAddr, tls: Option<&Tls>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            seen: Mutex::default(),
            connections: AtomicU64::new(0),
            resumed: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            most_waiting: AtomicUsize::new(0),
            arrived: tokio::sync::Notify::new(),
            gate: Semaphore::new(0),
            logins: Mutex::default(),
            sign_ins: Mutex::default(),
        });
        let acceptor = tls.map(Tls::acceptor);
        let theirs = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let number = theirs.connections.fetch_add(1, Ordering::SeqCst) + 1;
                let shared = Arc::clone(&theirs);
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Some(acceptor) = acceptor else {
                        return talk(socket, number, shared).await;
                    };
                    // A peer that does not trust the certificate is no concern of the server's.
                    if let Ok(stream) = acceptor.accept(socket).await {
                        let kind = stream.get_ref().1.handshake_kind();
                        if kind == Some(rustls::HandshakeKind::Resumed) {
                            shared.resumed.fetch_add(1, Ordering::SeqCst);
                        }
                        talk(stream, number, shared).await;
                    }
                });
            }
        });
        Self {
            address,
            secure: tls.is_some(),
            shared,
            task: task.abort_handle(),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `path` at this server, under the name `host`.
    pub fn url_as(&self, host: &str, path: &str) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{host}:{}{path}", self.port())
    }

    /// `path` at this server, by its address.
    pub fn url(&self, path: &str) -> String {
        self.url_as(&self.address.ip().to_string(), path)
    }

    /// Every request so far, in order of arrival.
    pub fn seen(&self) -> Vec<Request> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Every request so far to `path`.
    pub fn seen_at(&self, path: &str) -> Vec<Request> {
        let mut seen = self.seen();
        seen.retain(|request| request.path() == path);
        seen
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// TLS handshakes that resumed an earlier session.
    pub fn resumed(&self) -> u64 {
        self.shared.resumed.load(Ordering::SeqCst)
    }

    /// Gives out tokens at `/token` to this client for a code, and for its refresh tokens; `None` as
    /// the prefix refuses them from now on.
    pub fn sign_in(&self, client: &str, prefix: Option<&str>) {
        let prefix = prefix.map(str::to_owned);
        let mut sign_ins = self.shared.sign_ins.lock().unwrap();
        sign_ins.insert(client.to_owned(), (prefix, 0));
    }

    /// Gives out `token` at `/token` to whoever knows `secret`.
    pub fn login(&self, id: &str, secret: &str, token: &str) {
        let both = (secret.to_owned(), token.to_owned());
        self.shared
            .logins
            .lock()
            .unwrap()
            .insert(id.to_owned(), both);
    }

    /// Waits until `count` requests wait at `/gate`.
    pub async fn gathered(&self, count: usize) {
        loop {
            let arrived = self.shared.arrived.notified();
            if self.shared.waiting.load(Ordering::SeqCst) >= count {
                return;
            }
            arrived.await;
        }
    }

    /// The most requests that ever waited at `/gate` together.
    pub fn most_gathered(&self) -> usize {
        self.shared.most_waiting.load(Ordering::SeqCst)
    }

    /// Lets `count` requests through `/gate`.
    pub fn open_gate(&self, count: usize) {
        self.shared.gate.add_permits(count);
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: u64,
    shared: Arc<Shared>,
) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let shared = Arc::clone(&shared);
        async move {
            let request = arrived(connection, request).await;
            shared.seen.lock().unwrap().push(request.clone());
            Ok::<_, std::convert::Infallible>(routes::answer(&request, &shared).await)
        }
    });
    // A client that goes away in the middle is what many tests are about.
    let _ = Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn arrived(connection: u64, request: hyper::Request<hyper::body::Incoming>) -> Request {
    let (parts, body) = request.into_parts();
    let (body, trailers) = match body.collect().await {
        Ok(collected) => {
            let trailers = collected.trailers().cloned();
            (collected.to_bytes(), trailers)
        }
        Err(_) => (Bytes::new(), None),
    };
    Request {
        connection,
        method: parts.method.to_string(),
        target: parts
            .uri
            .path_and_query()
            .map_or_else(|| parts.uri.to_string(), ToString::to_string),
        headers: texts(&parts.headers),
        trailers: trailers.as_ref().map(texts).unwrap_or_default(),
        body,
    }
}

fn texts(fields: &http::HeaderMap) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}
