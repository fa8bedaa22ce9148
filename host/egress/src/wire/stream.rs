//! One socket, plain or under TLS, as HTTP sees it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::wire::interim::Counted;
use crate::wire::link::Link;
use crate::wire::sockets::SocketPermit;

/// A socket.
pub(crate) struct Stream {
    io: Io,
    link: Arc<Link>,
    permit: SocketPermit,
}

enum Io {
    Plain(TokioIo<TcpStream>),
    Tls(Box<TokioIo<TlsStream<TcpStream>>>),
    /// Under TLS as well: without it nobody agrees on HTTP/2.
    H2(Box<TokioIo<Counted<TlsStream<TcpStream>>>>),
}

impl Stream {
    /// A socket without TLS, to `address`.
    pub(crate) fn plain(tcp: TcpStream, address: SocketAddr, permit: SocketPermit) -> Self {
        Self {
            io: Io::Plain(TokioIo::new(tcp)),
            link: Link::new(address),
            permit,
        }
    }

    /// A socket under TLS, to `address`; with `interim` header frames for each request over HTTP/2.
    pub(crate) fn tls(
        tls: TlsStream<TcpStream>,
        address: SocketAddr,
        permit: SocketPermit,
        interim: usize,
    ) -> Self {
        let io = if tls.get_ref().1.alpn_protocol() == Some(b"h2") {
            Io::H2(Box::new(TokioIo::new(Counted::new(tls, interim))))
        } else {
            Io::Tls(Box::new(TokioIo::new(tls)))
        };
        Self {
            io,
            link: Link::new(address),
            permit,
        }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let connected = Connected::new().extra(Arc::clone(&self.link));
        if !self.permit.keeps {
            // The client's word for a connection that serves one exchange and is not kept.
            connected.poison();
        }
        match &self.io {
            Io::H2(_) => connected.negotiated_h2(),
            Io::Plain(_) | Io::Tls(_) => connected,
        }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_read(cx, buf),
            Io::Tls(io) => Pin::new(io.as_mut()).poll_read(cx, buf),
            Io::H2(io) => Pin::new(io.as_mut()).poll_read(cx, buf),
        }
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_write(cx, buf),
            Io::Tls(io) => Pin::new(io.as_mut()).poll_write(cx, buf),
            Io::H2(io) => Pin::new(io.as_mut()).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_flush(cx),
            Io::Tls(io) => Pin::new(io.as_mut()).poll_flush(cx),
            Io::H2(io) => Pin::new(io.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_shutdown(cx),
            Io::Tls(io) => Pin::new(io.as_mut()).poll_shutdown(cx),
            Io::H2(io) => Pin::new(io.as_mut()).poll_shutdown(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Plain(io) => io.is_write_vectored(),
            Io::Tls(io) => io.is_write_vectored(),
            Io::H2(io) => io.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_write_vectored(cx, bufs),
            Io::Tls(io) => Pin::new(io.as_mut()).poll_write_vectored(cx, bufs),
            Io::H2(io) => Pin::new(io.as_mut()).poll_write_vectored(cx, bufs),
        }
    }
}
