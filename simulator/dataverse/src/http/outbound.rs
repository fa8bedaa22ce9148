//! Requests that the simulator itself sends: to those who asked to be told of something.
//!
//! Plain HTTP only, to whatever address they gave. A request that goes nowhere is nobody's business here.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri, header};
use http_body_util::Full;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a request did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The address is none, or none over plain HTTP.
    #[error("`{0}` is no address of the form http://HOST:PORT/PATH")]
    Address(String),
    /// Nobody is there, or the connection broke off.
    #[error("the request did not arrive: {0}")]
    Connection(#[from] std::io::Error),
    /// What is there does not speak HTTP.
    #[error("the answer is no HTTP: {0}")]
    Protocol(#[from] hyper::Error),
    /// It took too long.
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Timeout,
}

/// Posts JSON in the background, where there is a runtime to do it.
pub fn send(url: &str, body: &str) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let (url, body) = (url.to_owned(), body.to_owned());
        runtime.spawn(async move { post(&url, &[], body).await });
    }
}

/// Posts JSON and tells the status of the answer.
///
/// # Errors
/// That it did not arrive.
pub async fn post(url: &str, headers: &[(&str, &str)], body: String) -> Result<u16, OutboundError> {
    tokio::time::timeout(PATIENCE, exchange(url, headers, body))
        .await
        .unwrap_or(Err(OutboundError::Timeout))
}

async fn exchange(url: &str, headers: &[(&str, &str)], body: String) -> Result<u16, OutboundError> {
    let wrong = || OutboundError::Address(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let host = match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(host)) => host.trim_matches(['[', ']']),
        _ => return Err(wrong()),
    };
    let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(80))).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with the exchange, and what breaks it is told by the exchange.
    tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let mut request = Request::post(path)
        .header(header::HOST, authority)
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| wrong())?;
    Ok(sender.send_request(request).await?.status().as_u16())
}
