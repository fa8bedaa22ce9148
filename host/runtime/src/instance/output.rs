//! What a component prints: the last words of a crash, and nothing else.
//!
//! Standard output goes nowhere. Of standard error, and of the contract's `printed`, the last
//! bytes are kept, because a panicking Rust component says there why; a flood of it costs this much
//! memory and no more.

use crate::text::is_hostile;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

/// Bytes kept: a panic message with its location is below 300.
const KEPT: usize = 2 << 10;

/// The tail of what a component prints.
#[derive(Clone, Default)]
pub(crate) struct LastWords(Arc<Mutex<Vec<u8>>>);

impl LastWords {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes)
            .chars()
            .map(|c| if is_hostile(c) { ' ' } else { c })
            .collect()
    }

    pub(super) fn push(&self, new: &[u8]) {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend_from_slice(new.get(new.len().saturating_sub(KEPT)..).unwrap_or(new));
        let surplus = bytes.len().saturating_sub(KEPT);
        bytes.drain(..surplus);
    }
}

impl IsTerminal for LastWords {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LastWords {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for LastWords {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        new: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.push(new);
        Poll::Ready(Ok(new.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tail_of_a_flood_is_kept() {
        let words = LastWords::default();
        for _ in 0..1_000 {
            words.push(&[b'x'; 100]);
        }
        words.push(b"the end");
        let text = words.text();
        assert_eq!(text.len(), KEPT);
        assert!(text.ends_with("the end"));
    }
}
