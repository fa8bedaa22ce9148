//! One socket, plain or under TLS, as HTTP sees it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::wire::interim::{Allowance, Counted};

/// A socket.
pub(crate) struct Stream {
    io: Io,
    address: SocketAddr,
}

enum Io {
    Plain(TokioIo<Counted<TcpStream>>),
    Tls(Box<TokioIo<Counted<TlsStream<TcpStream>>>>),
}

impl Stream {
    pub(crate) fn plain(tcp: TcpStream, address: SocketAddr) -> Self {
        Self {
            io: Io::Plain(TokioIo::new(Counted::new(tcp, false))),
            address,
        }
    }

    pub(crate) fn tls(tls: TlsStream<TcpStream>, address: SocketAddr) -> Self {
        let h2 = tls.get_ref().1.alpn_protocol() == Some(b"h2");
        Self {
            io: Io::Tls(Box::new(TokioIo::new(Counted::new(tls, h2)))),
            address,
        }
    }

    /// The judged address that was dialled.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether the handshake agreed on HTTP/2.
    pub(crate) fn speaks_h2(&self) -> bool {
        self.allowance().is_for_h2()
    }

    /// What may come in before an answer.
    pub(crate) fn allowance(&self) -> &Arc<Allowance> {
        match &self.io {
            Io::Plain(io) => io.inner().allowance(),
            Io::Tls(io) => io.inner().allowance(),
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
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_flush(cx),
            Io::Tls(io) => Pin::new(io.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_shutdown(cx),
            Io::Tls(io) => Pin::new(io.as_mut()).poll_shutdown(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Plain(io) => io.is_write_vectored(),
            Io::Tls(io) => io.is_write_vectored(),
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
        }
    }
}
