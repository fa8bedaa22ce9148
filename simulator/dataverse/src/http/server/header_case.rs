//! How the service spells header names over HTTP/1.1, for clients that look them up by these very letters (Microsoft's
//! async SDK for Python keeps headers in a plain dictionary).
//!
//! Most names are written `Like-This`, which hyper does by itself. It writes others only the way it has read them
//! before: what it remembers of a message it has parsed goes along with any message that carries the same extensions.
//! So one request with the exceptions is parsed when a listener starts.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, OnceLock};

use http::{Extensions, Version};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;

/// Names that are not written `Like-This` (reference: recorded answers).
const EXCEPTIONS: [&str; 13] = [
    "AuthActivityId",
    "CRM.ServiceId",
    "ETag",
    "OData-EntityId",
    "OData-Version",
    "REQ_ID",
    "WWW-Authenticate",
    "client-request-id",
    "x-ms-dop-hint",
    "x-ms-ratelimit-burst-remaining-xrm-requests",
    "x-ms-ratelimit-time-remaining-xrm-requests",
    "x-ms-request-id",
    "x-ms-service-request-id",
];
/// Room for the request with the exceptions.
const BUFFER: usize = 4096;

/// The exceptions as hyper remembers them.
#[derive(Clone, Debug)]
pub(super) struct HeaderCase(Arc<Extensions>);

impl HeaderCase {
    /// Has hyper read the exceptions.
    pub(super) async fn learn() -> io::Result<Self> {
        let mut request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".to_owned();
        for name in EXCEPTIONS {
            request.extend([name, ": -\r\n"]);
        }
        request.push_str("\r\n");
        let (mut client, server) = tokio::io::duplex(BUFFER);
        client.write_all(request.as_bytes()).await?;
        let learnt = OnceLock::new();
        let service = service_fn(|request: http::Request<hyper::body::Incoming>| {
            let _ = learnt.set(request.extensions().clone());
            async { Ok::<_, Infallible>(http::Response::new(Empty::<Bytes>::new())) }
        });
        http1::Builder::new()
            .preserve_header_case(true)
            .serve_connection(TokioIo::new(server), service)
            .await
            .map_err(io::Error::other)?;
        let extensions = learnt.into_inner().unwrap_or_default();
        Ok(Self(Arc::new(extensions)))
    }

    /// Makes an answer to a request of this version come out in these letters.
    pub(super) fn apply<B>(&self, version: Version, response: &mut http::Response<B>) {
        // HTTP/2 has lower case only.
        if version < Version::HTTP_2 {
            response.extensions_mut().extend(Extensions::clone(&self.0));
        }
    }
}
