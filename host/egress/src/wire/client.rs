//! The pooled HTTP client: one for each lane, origin and set of judged addresses. HTTP/1.1, or
//! HTTP/2 where the service offers it.

use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, HeaderValue};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::config::EgressConfig;
use crate::request_body::RequestBody;
use crate::stages::parse::Origin;
use crate::wire::connection::{Connection, HeadLimits};
use crate::wire::dialer::Dialer;
use crate::wire::faults::{self, Fault};
use crate::wire::pool::Pool;

/// How long a connection may take to be done with an exchange whose answer has been read: it has
/// nothing left to do but to notice.
const SETTLING: Duration = Duration::from_millis(1);

/// When limits are lowered: far beyond what any attack of ours sends.
const UNLIMITED: HeadLimits = HeadLimits {
    fields: 1 << 16,
    bytes: 16 << 20,
};

/// Speaks HTTP to one origin.
pub(crate) struct HttpClient {
    origin: Origin,
    host: HeaderValue,
    dialer: Dialer,
    limits: HeadLimits,
    pool: Arc<Pool>,
}

/// A connection while an exchange is on it. Dropped, it is closed; what is shared stays open.
pub(crate) struct Lease {
    pub(crate) connection: Connection,
    pool: Arc<Pool>,
}

impl Lease {
    /// Gives the connection to the next exchange: this one's answer has been read to its end.
    pub(crate) fn give_back(self) {
        if !self.connection.is_shared() {
            self.pool.put(self.connection);
        }
    }
}

impl HttpClient {
    /// A client over `dialer`; `limited` unless that defence is lowered. Each socket that it keeps has a
    /// place in `idle`.
    pub(crate) fn new(
        origin: Origin,
        dialer: Dialer,
        config: &EgressConfig,
        limited: bool,
        idle: Arc<Semaphore>,
    ) -> Self {
        let limits = HeadLimits {
            fields: config.max_response_headers,
            bytes: config.max_header_bytes,
        };
        Self {
            host: origin.host_field(),
            origin,
            dialer,
            limits: if limited { limits } else { UNLIMITED },
            pool: Pool::new(
                config.idle_connections_per_host,
                config.idle_timeout(),
                idle,
            ),
        }
    }

    /// Sends a request, whose URI is a path, and waits for the answer's head.
    #[expect(
        clippy::manual_async_fn,
        reason = "an `async fn` would keep a second place for the request: 264 bytes in each future of a call"
    )]
    pub(crate) fn request(
        &self,
        mut request: Request<RequestBody>,
    ) -> impl Future<Output = Result<(Response<Incoming>, Lease), Fault>> {
        async move {
            loop {
                let mut connection = match self.pool.take() {
                    Some(connection) if connection.is_ready() => connection,
                    settling => Box::pin(self.connect(settling)).await?,
                };
                self.set_target(&mut request, &connection)?;
                let mut failed = match connection.send(request).await {
                    Ok(response) => {
                        connection.answered();
                        let pool = Arc::clone(&self.pool);
                        return Ok((response, Lease { connection, pool }));
                    }
                    Err(failed) => failed,
                };
                if connection.is_shared() {
                    self.pool.forget_shared();
                }
                match failed.take_message() {
                    // It was closed while nobody used it, and nothing of the request has left.
                    Some(unsent) if connection.pooled => request = unsent,
                    _ => {
                        let error = failed.into_error();
                        return Err(faults::of_exchange(&error, &self.origin, &connection));
                    }
                }
            }
        }
    }

    /// Waits for a connection that is about to be free, or makes another.
    async fn connect(&self, settling: Option<Connection>) -> Result<Connection, Fault> {
        if let Some(mut connection) = settling {
            match timeout(SETTLING, connection.ready()).await {
                Ok(Ok(())) => return Ok(connection),
                Ok(Err(_)) => {}
                Err(_) => self.pool.put(connection),
            }
        }
        let stream = self.dialer.dial().await?;
        let address = stream.address();
        let connection = Connection::open(stream, self.limits)
            .await
            .map_err(|error| faults::of_opening(&error, &self.origin, address))?;
        if let Some(share) = connection.share() {
            self.pool.put(share);
        }
        Ok(connection)
    }

    /// Writes where the request goes as its version of HTTP has it.
    fn set_target(
        &self,
        request: &mut Request<RequestBody>,
        connection: &Connection,
    ) -> Result<(), Fault> {
        let path = request.uri().path_and_query().cloned();
        if connection.is_shared() {
            if let Some(path) = path {
                *request.uri_mut() = self.origin.join(path)?;
            }
            return Ok(());
        }
        if request.uri().authority().is_some()
            && let Some(path) = path
        {
            *request.uri_mut() = Uri::from(path);
        }
        let headers = request.headers_mut();
        if !headers.contains_key(HOST) {
            headers.insert(HOST, self.host.clone());
        }
        Ok(())
    }
}
