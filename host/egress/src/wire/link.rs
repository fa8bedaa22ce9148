//! What is known about one open connection. The HTTP client hands it back with each answer and each
//! failure, because it decides whether a request can be sent again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper_util::client::legacy::connect::{CaptureConnection, Connected};
use tokio::time::Instant;

/// One connection, from its handshake to its end.
#[derive(Debug)]
pub(crate) struct Link {
    /// The judged address that was dialled.
    pub(crate) address: SocketAddr,
    opened: Instant,
    answered: AtomicBool,
}

impl Link {
    /// A connection to `address` that has just been opened.
    pub(crate) fn new(address: SocketAddr) -> Arc<Self> {
        Arc::new(Self {
            address,
            opened: Instant::now(),
            answered: AtomicBool::new(false),
        })
    }

    /// The connection that a request was given.
    pub(crate) fn of(captured: &CaptureConnection) -> Option<Arc<Self>> {
        captured.connection_metadata().as_ref().and_then(from)
    }

    /// Notes that an answer has come over it.
    pub(crate) fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Whether a request that was made at `asked` found it in the pool, where the other side may have
    /// closed it. A connection that nobody used can lie there too: when another one becomes free
    /// first, the client goes on opening it and keeps it.
    pub(crate) fn was_pooled(&self, asked: Instant) -> bool {
        self.opened < asked || self.answered.load(Ordering::Relaxed)
    }
}

fn from(connected: &Connected) -> Option<Arc<Link>> {
    let mut extensions = http::Extensions::new();
    connected.get_extras(&mut extensions);
    extensions.remove()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_open_before_or_had_answered_before_came_out_of_the_pool() {
        let link = Link::new(SocketAddr::from(([127, 0, 0, 1], 80)));
        let while_it_opened = link.opened;
        let later = link.opened + std::time::Duration::from_secs(1);
        assert!(!link.was_pooled(while_it_opened));
        assert!(link.was_pooled(later), "though nobody used it yet");
        link.answered();
        assert!(
            link.was_pooled(while_it_opened),
            "as one that was waited for"
        );
    }
}
