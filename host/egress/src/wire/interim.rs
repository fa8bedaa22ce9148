//! Interim answers (1xx) may come in any number before the real one, and the HTTP client reads and
//! drops them for as long as they come: that costs a processor and is never over. So they are counted.
//!
//! Over HTTP/1.1 the client tells of each one ([`watch`]). Over HTTP/2 it tells of none, so there the
//! frames that hold header fields are counted at the socket ([`Counted`]), those that come in against
//! those that were sent.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use http::Request;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

/// What is not used for one request over HTTP/2 may come with others, as far as so many requests'.
const SAVED: usize = 64;

/// What is said about it.
pub(crate) const WITHOUT_END: &str = "it sent interim answers (1xx) without end";

/// Watches the interim answers to `request` over HTTP/1.1: resolves when there were more than `most`.
pub(crate) fn watch<B>(request: &mut Request<B>, most: usize) -> impl Future<Output = ()> + use<B> {
    let (seen, over) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let told = Arc::clone(&over);
    hyper::ext::on_informational(request, move |_| {
        if seen.fetch_add(1, Ordering::Relaxed) >= most {
            told.notify_one();
        }
    });
    async move { over.notified().await }
}

/// A socket that speaks HTTP/2, whose header frames are counted: an answer's head, its trailers, and
/// interim answers.
pub(crate) struct Counted<S> {
    inner: S,
    incoming: Frames,
    outgoing: Frames,
    /// Header frames for each request.
    most: usize,
    /// Header frames that may still come in.
    left: usize,
}

impl<S> Counted<S> {
    /// Counts over `inner`, `most` header frames for each request.
    pub(crate) fn new(inner: S, most: usize) -> Self {
        Self {
            inner,
            most,
            incoming: Frames::default(),
            outgoing: Frames::after(PREFACE),
            left: 0,
        }
    }

    fn sent(&mut self, bytes: &[u8]) {
        let requests = self.outgoing.headers_in(bytes);
        let more = self.most.saturating_mul(requests);
        let saved = self.most.saturating_mul(SAVED);
        self.left = self.left.saturating_add(more).min(saved);
    }

    fn received(&mut self, bytes: &[u8]) -> io::Result<()> {
        let answers = self.incoming.headers_in(bytes);
        match self.left.checked_sub(answers) {
            Some(left) => self.left = left,
            None => return Err(io::Error::new(io::ErrorKind::InvalidData, WITHOUT_END)),
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        Poll::Ready(self.received(buf.filled().get(before..).unwrap_or_default()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, buf))?;
        self.sent(buf.get(..written).unwrap_or(buf));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write_vectored(cx, bufs))?;
        let mut left = written;
        for buf in bufs {
            let (part, _) = buf.split_at(left.min(buf.len()));
            self.sent(part);
            left -= part.len();
        }
        Poll::Ready(Ok(written))
    }
}

/// What a client sends before its first frame (RFC 9113 §3.4), in bytes.
const PREFACE: usize = 24;

/// Where frames of HTTP/2 begin (RFC 9113 §4.1): three bytes of length, one of type, five more.
#[derive(Debug, Default)]
struct Frames {
    header: Vec<u8>,
    payload: usize,
}

impl Frames {
    const HEADER: usize = 9;
    const HEADERS: u8 = 1;

    /// Frames that begin after so many bytes.
    fn after(skipped: usize) -> Self {
        Self {
            payload: skipped,
            ..Self::default()
        }
    }

    /// How many frames with header fields begin in the next bytes.
    fn headers_in(&mut self, mut bytes: &[u8]) -> usize {
        let mut count = 0;
        loop {
            let (_, rest) = bytes.split_at(self.payload.min(bytes.len()));
            self.payload -= bytes.len() - rest.len();
            bytes = rest;
            if bytes.is_empty() {
                return count;
            }
            let missing = Self::HEADER - self.header.len();
            let (part, rest) = bytes.split_at(missing.min(bytes.len()));
            self.header.extend_from_slice(part);
            bytes = rest;
            if let [high, middle, low, kind, _, _, _, _, _] = *self.header {
                self.payload =
                    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
                count += usize::from(kind == Self::HEADERS);
                self.header.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 32;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        let mut frame = vec![0, 0, length, kind, 0, 0, 0, 0, 1];
        frame.extend_from_slice(payload);
        frame
    }

    #[test]
    fn header_frames_are_counted_however_they_are_cut() {
        let stream = [
            frame(4, &[]),
            frame(1, b"head"),
            frame(0, &[1; 40]),
            frame(1, &[]),
            frame(0, b"\0\0\0\x01\0\0\0\0\0"),
        ]
        .concat();
        for size in 1..=stream.len() {
            let mut frames = Frames::default();
            let count: usize = stream
                .chunks(size)
                .map(|piece| frames.headers_in(piece))
                .sum();
            assert_eq!(count, 2, "in pieces of {size}");
        }
    }

    #[test]
    fn what_comes_in_is_held_against_what_was_asked() {
        let mut socket = Counted::new((), MOST);
        assert!(socket.received(&frame(4, &[])).is_ok());
        assert!(
            socket.received(&frame(1, &[])).is_err(),
            "nothing was asked"
        );

        let mut socket = Counted::new((), MOST);
        socket.sent(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        socket.sent(&frame(1, b"a request"));
        for _ in 0..MOST {
            assert!(socket.received(&frame(1, &[])).is_ok());
        }
        assert!(socket.received(&frame(1, &[])).is_err());

        for _ in 0..10_000 {
            socket.sent(&frame(1, &[]));
        }
        for _ in 0..MOST * SAVED {
            assert!(socket.received(&frame(1, &[])).is_ok());
        }
        assert!(socket.received(&frame(1, &[])).is_err());
    }
}
