//! A response body: whole, or cut short on purpose.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// Why a body ended early.
#[derive(Debug, thiserror::Error)]
#[error("the body was truncated on purpose")]
pub struct Truncated;

/// The bytes of an answer.
#[derive(Debug, Default)]
pub struct SimBody {
    data: Bytes,
    announced: u64,
    is_truncated: bool,
}

impl SimBody {
    /// A whole body.
    pub fn whole(data: Bytes) -> Self {
        let announced = data.len() as u64;
        Self {
            data,
            announced,
            is_truncated: false,
        }
    }

    /// A body that announces its full length and breaks off after `kept` bytes.
    pub fn truncated(data: Bytes, kept: usize) -> Self {
        let announced = data.len() as u64;
        Self {
            data: data.slice(..kept.min(data.len())),
            announced,
            is_truncated: true,
        }
    }
}

impl Body for SimBody {
    type Data = Bytes;
    type Error = Truncated;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Truncated>>> {
        if !self.data.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.data)))));
        }
        if std::mem::take(&mut self.is_truncated) {
            return Poll::Ready(Some(Err(Truncated)));
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_empty() && !self.is_truncated
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
