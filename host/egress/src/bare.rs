//! The HTTP client alone, for benchmarks: beside it shows what the stages and the sandbox cost. It
//! carries no credential of a lane's and asks no stage, so it is compiled only with the feature
//! `bare-client`, which nothing but the benchmarks turns on.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use http_body_util::BodyExt;
use tokio::sync::Semaphore;

use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::request_body::RequestBody;
use crate::stages::parse::Origin;
use crate::wire::client::HttpClient;
use crate::wire::dialer::Dialer;
use crate::wire::faults;

/// What a lane sends with, without the lane.
pub struct BareClient {
    origin: String,
    client: HttpClient,
}

impl BareClient {
    /// A client of the plain `http` service at `address`.
    ///
    /// # Errors
    /// When the address makes no origin.
    pub fn new(address: SocketAddr, config: &EgressConfig) -> Result<Self, EgressError> {
        let url = Uri::try_from(format!("http://{address}/")).map_err(|error| {
            EgressError::Configuration {
                message: format!("{address} makes no URL: {error}"),
            }
        })?;
        let origin = Origin::parse(&url)?;
        let dialer = Dialer {
            origin: origin.to_string(),
            addresses: vec![address],
            tls: None,
            connect_timeout: Some(config.connect_timeout()),
            tls_timeout: None,
            #[cfg(feature = "lowered-defences")]
            resolve_again: None,
        };
        Ok(Self {
            origin: origin.to_string(),
            client: HttpClient::new(
                origin,
                dialer,
                config,
                true,
                Arc::new(Semaphore::new(config.idle_connections_per_host)),
            ),
        })
    }

    /// Gets `path` and reads the whole answer, however long it is.
    ///
    /// # Errors
    /// What went wrong on the way.
    pub async fn get(&self, path: Uri, headers: HeaderMap) -> Result<Response<Bytes>, EgressError> {
        let mut request = Request::new(RequestBody::Held(None));
        *request.uri_mut() = path;
        *request.headers_mut() = headers;
        let sent = self.client.request(request).await;
        let (response, lease) = sent.map_err(|fault| fault.error)?;
        let (head, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| faults::of_body(&error, &self.origin))?
            .to_bytes();
        lease.give_back();
        Ok(Response::from_parts(head, body))
    }
}
