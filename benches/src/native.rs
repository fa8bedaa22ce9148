//! The native client, without sandbox and without egress's stages: the pooled one that most Rust programs use,
//! and that egress itself sends with.

use crate::subjects::check;
use anyhow::{Result, ensure};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Empty, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The client that ratios are taken against.
pub(crate) type Native = Client<HttpConnector, Empty<Bytes>>;

pub(crate) fn native() -> Native {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(512)
        .build(connector)
}

/// The same for requests with bodies.
pub(crate) fn native_post() -> Client<HttpConnector, Full<Bytes>> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

/// Posts JSON and reads the answer.
pub(crate) async fn post(
    client: &Client<HttpConnector, Full<Bytes>>,
    url: &str,
    token: &str,
    body: Vec<u8>,
) -> Result<()> {
    let request = Request::post(url)
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, token)
        .header("content-type", "application/json")
        .header("odata-version", "4.0")
        .body(Full::new(Bytes::from(body)))?;
    let response = client.request(request).await?;
    let status = response.status();
    let answer = response.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "{status}: {answer:?}");
    Ok(())
}

pub(crate) async fn native_get(client: &Native, url: &str) -> Result<()> {
    let mut request = Request::get(url).body(Empty::new())?;
    *request.headers_mut() = headers();
    let response = client.request(request).await?;
    let body = response.into_body().collect().await?.to_bytes();
    check(&serde_json::from_slice(&body)?)
}

/// What the connector sends, and the credential that the host adds.
fn headers() -> HeaderMap {
    const FIELDS: [(HeaderName, &str); 4] = [
        (ACCEPT, "application/json"),
        (AUTHORIZATION, "Bearer bench-token-0123456789"),
        (HeaderName::from_static("odata-version"), "4.0"),
        (HeaderName::from_static("odata-maxversion"), "4.0"),
    ];
    FIELDS
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}
