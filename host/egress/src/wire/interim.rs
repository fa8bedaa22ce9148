//! Interim answers (1xx) may come in any number before the real one, and the HTTP client reads and
//! drops them for as long as they come: that costs a processor and is never over. So what comes in
//! before an answer is counted at the socket, where it can be ended.
//!
//! HTTP/1.1 has one exchange at a time: bytes are counted from its request until its answer's head.
//! HTTP/2 mixes exchanges: there, header frames are counted against the number of requests.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Heads as large as is permitted, and what the client may have read of the body behind them.
const HEADS: i64 = 4;

/// Header frames for each request: an answer's head, its trailers, and interim ones.
const FRAMES: i64 = 32;

/// Of which so many may be left over from requests before.
const MOST_FRAMES: i64 = 64 * FRAMES;

/// What may still come in before it is too much.
#[derive(Debug)]
pub(crate) struct Allowance {
    h2: bool,
    left: AtomicI64,
}

impl Allowance {
    /// For one connection.
    pub(crate) fn new(h2: bool) -> Arc<Self> {
        Arc::new(Self {
            h2,
            left: AtomicI64::new(i64::MAX),
        })
    }

    pub(crate) fn is_for_h2(&self) -> bool {
        self.h2
    }

    /// A request is sent, whose answer may have a head of `head_bytes`.
    pub(crate) fn asked(&self, head_bytes: usize) {
        let bytes = i64::try_from(head_bytes).unwrap_or(i64::MAX);
        if self.h2 {
            let more = |left: i64| {
                let left = if left == i64::MAX { 0 } else { left };
                Some(left.saturating_add(FRAMES).min(MOST_FRAMES))
            };
            let _ = self
                .left
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        } else {
            self.left
                .store(bytes.saturating_mul(HEADS), Ordering::Release);
        }
    }

    /// Its answer's head has come. What follows is a body, which is counted elsewhere.
    pub(crate) fn answered(&self) {
        if !self.h2 {
            self.left.store(i64::MAX, Ordering::Release);
        }
    }

    fn spend(&self, amount: i64) -> io::Result<()> {
        if self.left.load(Ordering::Acquire) == i64::MAX {
            return Ok(());
        }
        if self.left.fetch_sub(amount, Ordering::AcqRel) >= amount {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it sent interim answers (1xx) without end",
        ))
    }
}

/// A socket whose incoming bytes are counted.
pub(crate) struct Counted<S> {
    inner: S,
    allowance: Arc<Allowance>,
    frames: Frames,
}

impl<S> Counted<S> {
    pub(crate) fn new(inner: S, h2: bool) -> Self {
        Self {
            inner,
            allowance: Allowance::new(h2),
            frames: Frames::default(),
        }
    }

    pub(crate) fn allowance(&self) -> &Arc<Allowance> {
        &self.allowance
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
        let new = buf.filled().get(before..).unwrap_or_default();
        let amount = if self.allowance.h2 {
            self.frames.headers_in(new)
        } else {
            i64::try_from(new.len()).unwrap_or(i64::MAX)
        };
        Poll::Ready(self.allowance.spend(amount))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
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
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }
}

/// Where frames of HTTP/2 begin (RFC 9113 §4.1): three bytes of length, one of type, five more.
#[derive(Debug, Default)]
struct Frames {
    header: Vec<u8>,
    payload: usize,
}

impl Frames {
    const HEADER: usize = 9;
    const HEADERS: u8 = 1;

    /// How many frames with header fields begin in the next bytes.
    fn headers_in(&mut self, mut bytes: &[u8]) -> i64 {
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
                count += i64::from(kind == Self::HEADERS);
                self.header.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_frames_are_counted_however_they_are_cut() {
        let frame = |kind: u8, payload: &[u8]| {
            let mut frame = vec![
                0,
                0,
                u8::try_from(payload.len()).unwrap(),
                kind,
                0,
                0,
                0,
                0,
                1,
            ];
            frame.extend_from_slice(payload);
            frame
        };
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
            let count: i64 = stream
                .chunks(size)
                .map(|piece| frames.headers_in(piece))
                .sum();
            assert_eq!(count, 2, "in pieces of {size}");
        }
    }

    #[test]
    fn what_comes_before_an_answer_is_bounded_and_what_follows_is_not() {
        let h1 = Allowance::new(false);
        assert!(h1.spend(1 << 40).is_ok(), "nothing was asked yet");
        h1.asked(100);
        assert!(h1.spend(400).is_ok());
        assert!(h1.spend(1).is_err());
        h1.asked(100);
        h1.answered();
        assert!(h1.spend(1 << 40).is_ok());

        let h2 = Allowance::new(true);
        assert!(h2.spend(1).is_ok());
        h2.asked(100);
        h2.answered();
        assert!(h2.spend(FRAMES).is_ok());
        assert!(h2.spend(1).is_err());
        for _ in 0..10_000 {
            h2.asked(100);
        }
        assert!(h2.spend(MOST_FRAMES).is_ok());
        assert!(h2.spend(1).is_err());
    }
}
