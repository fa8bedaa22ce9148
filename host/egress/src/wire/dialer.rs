//! Opens sockets to the judged addresses of one origin, and to no others: what was judged is what
//! is dialled, whatever the name resolves to by now.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tower_service::Service;

use crate::error::{EgressError, Waiting};
use crate::stages::dial;
use crate::wire::sockets::Sockets;
use crate::wire::stream::Stream;
use crate::wire::tls;

/// What a client that speaks HTTP/1.1 alone offers (RFC 7301 §6).
const HTTP_1: &[u8] = b"http/1.1";

/// Dials for the HTTP client, whatever URL that names: it is always the one origin's.
#[derive(Clone)]
pub(crate) struct Connector(Arc<Dialer>);

impl From<Dialer> for Connector {
    fn from(dialer: Dialer) -> Self {
        Self(Arc::new(dialer))
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = EgressError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, EgressError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), EgressError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let dialer = Arc::clone(&self.0);
        Box::pin(async move { dialer.dial().await })
    }
}

/// Dials one origin.
pub(crate) struct Dialer {
    /// `scheme://host[:port]`, for messages.
    pub(crate) origin: String,
    /// Judged addresses, in the order to try.
    pub(crate) addresses: Vec<SocketAddr>,
    /// TLS and the name to verify; nothing for plain http.
    pub(crate) tls: Option<(TlsConnector, ServerName<'static>)>,
    /// Permits for sockets.
    pub(crate) sockets: Sockets,
    /// Interim answers, and other header frames, for each request over HTTP/2.
    pub(crate) interim: usize,
    /// Time for a permit, and for TCP.
    pub(crate) connect_timeout: Duration,
    /// Time for the TLS handshake.
    pub(crate) tls_timeout: Duration,
}

impl Dialer {
    /// A socket to the first address that answers.
    ///
    /// # Errors
    /// What the last address tried had against it.
    pub(crate) async fn dial(&self) -> Result<Stream, EgressError> {
        let permit = timeout(self.connect_timeout, self.sockets.permit())
            .await
            .map_err(|_| self.timed_out(Waiting::Socket, self.connect_timeout))?;
        let (tcp, address) = self.connect().await?;
        let Some((connector, name)) = &self.tls else {
            return Ok(Stream::plain(tcp, address, permit));
        };
        // HTTP/2 is for connections that are kept: a pool would hold on to one that is not.
        let protocols = match permit.keeps {
            true => connector.config().alpn_protocols.clone(),
            false => vec![HTTP_1.to_vec()],
        };
        let handshake = connector.with_alpn(protocols).connect(name.clone(), tcp);
        let tls = timeout(self.tls_timeout, handshake)
            .await
            .map_err(|_| self.timed_out(Waiting::Tls, self.tls_timeout))?
            .map_err(|error| EgressError::Tls {
                origin: self.origin.clone(),
                message: tls::explain(&error),
                lasts: tls::lasts(&error),
            })?;
        Ok(Stream::tls(tls, address, permit, self.interim))
    }

    async fn connect(&self) -> Result<(TcpStream, SocketAddr), EgressError> {
        let addresses = &self.addresses;
        let begun = Instant::now();
        let mut failure = self.refused("there is no address to dial".into());
        for (tried, address) in addresses.iter().enumerate() {
            let left = self.connect_timeout.saturating_sub(begun.elapsed());
            let share = dial::share(left, addresses.len() - tried);
            failure = match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(tcp)) => {
                    // Requests are written whole; waiting to fill a segment would only delay them.
                    tcp.set_nodelay(true)
                        .map_err(|error| self.refused(self.at(address, &error.to_string())))?;
                    return Ok((tcp, *address));
                }
                Ok(Err(error)) => self.refused(self.at(address, &reason(&error))),
                Err(_) => self.timed_out(Waiting::Connect, self.connect_timeout),
            };
        }
        Err(failure)
    }

    /// With the address where the origin does not say it.
    fn at(&self, address: &SocketAddr, what: &str) -> String {
        if self.origin.ends_with(&address.to_string()) {
            what.to_owned()
        } else {
            format!("{what} ({address})")
        }
    }

    fn refused(&self, message: String) -> EgressError {
        EgressError::Connect {
            origin: self.origin.clone(),
            message,
        }
    }

    fn timed_out(&self, what: Waiting, after: Duration) -> EgressError {
        EgressError::Timeout {
            origin: self.origin.clone(),
            what,
            after,
        }
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".into(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "unreachable".into(),
        _ => error.to_string(),
    }
}
