//! The one local server that every throughput figure is taken against: a token endpoint and one
//! page with one row, as cheap as hyper makes it, so that what differs between figures is the client.

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The page that is read over and over.
pub(crate) const PAGE_PATH: &str =
    "/api/data/v9.2/accounts?$select=name,accountnumber&$skiptoken=bench";
/// A path whose answer is held back until [`Server::release`].
pub(crate) const HELD_PATH: &str = "/api/data/v9.2/held";

const PAGE: &[u8] = br#"{"@odata.context":"http://localhost/api/data/v9.2/$metadata#accounts(name,accountnumber)","value":[{"@odata.etag":"W/\"9000321\"","accountid":"11110000-aaaa-4bbb-8ccc-000000000001","name":"Harbor Tools","accountnumber":"ABC-123"}]}"#;
const TOKEN: &[u8] =
    br#"{"token_type":"Bearer","expires_in":3599,"access_token":"bench-token-0123456789"}"#;

/// A running server; it ends with the process.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    held: Arc<Notify>,
}

impl Server {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let held = Arc::new(Notify::new());
        let gate = Arc::clone(&held);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let _ = socket.set_nodelay(true);
                let gate = Arc::clone(&gate);
                tokio::spawn(async move {
                    let service = service_fn(move |request| answer(request, Arc::clone(&gate)));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .pipeline_flush(true)
                        .serve_connection(TokioIo::new(socket), service)
                        .await;
                });
            }
        });
        Ok(Self { address, held })
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers all requests that are held back.
    pub(crate) fn release(&self) {
        self.held.notify_waiters();
    }
}

async fn answer(
    request: Request<Incoming>,
    gate: Arc<Notify>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = match request.uri().path() {
        "/token" => {
            let _ = request.into_body().collect().await;
            TOKEN
        }
        HELD_PATH => {
            gate.notified().await;
            PAGE
        }
        _ => PAGE,
    };
    Ok(Response::builder()
        .header("content-type", "application/json; odata.metadata=minimal")
        .header("odata-version", "4.0")
        .body(Full::new(Bytes::from_static(body)))
        .unwrap_or_default())
}
