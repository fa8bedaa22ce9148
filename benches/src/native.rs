//! The native clients, without sandbox and without egress: hyper's connections kept by hand, as egress
//! keeps them, and the pooled client that usually stands over hyper.

use crate::subjects::check;
use anyhow::Result;
use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpStream;

type Body = Empty<Bytes>;

/// The client that ratios are taken against: the same hyper, the same way of keeping connections.
#[derive(Clone)]
pub(crate) struct Native {
    authority: Arc<str>,
    kept: Arc<Mutex<Vec<SendRequest<Body>>>>,
}

impl Native {
    pub(crate) fn new(authority: &str) -> Self {
        Self {
            authority: authority.into(),
            kept: Arc::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<()> {
        let mut request = request(path.parse()?)?;
        let host = HeaderValue::from_str(&self.authority)?;
        request.headers_mut().insert(HOST, host);
        let kept = self.lock().pop();
        let mut connection = match kept {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        connection.ready().await?;
        read(connection.send_request(request).await?).await?;
        self.lock().push(connection);
        Ok(())
    }

    async fn connect(&self) -> Result<SendRequest<Body>> {
        let tcp = TcpStream::connect(&*self.authority).await?;
        tcp.set_nodelay(true)?;
        let (connection, wire) = handshake(TokioIo::new(tcp)).await?;
        tokio::spawn(wire);
        Ok(connection)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<SendRequest<Body>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client that most Rust programs use, directly or within another.
pub(crate) type Pooled = Client<HttpConnector, Body>;

pub(crate) fn pooled() -> Pooled {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(512)
        .build(connector)
}

pub(crate) async fn pooled_get(client: &Pooled, url: &str) -> Result<()> {
    read(client.request(request(url.parse()?)?).await?).await
}

fn request(uri: Uri) -> Result<Request<Body>> {
    Ok(Request::get(uri)
        .header("accept", "application/json")
        .header("authorization", "Bearer bench-token-0123456789")
        .header("odata-version", "4.0")
        .header("odata-maxversion", "4.0")
        .body(Empty::new())?)
}

async fn read(response: Response<Incoming>) -> Result<()> {
    let body = response.into_body().collect().await?.to_bytes();
    check(&serde_json::from_slice(&body)?)
}
