//! The world outside: HTTP, clock and random bits of WASI 0.3, and the contract's log.
//!
//! With the feature `web`, HTTP goes through the contract's `web` instead, for whoever counts each
//! crossing of the border.

use std::time::Duration;

use wit_bindgen::{StreamReader, StreamResult, StreamWriter};

use super::bindings::airlock::connector::report;
#[cfg(not(feature = "web"))]
use super::http::exchange;
use super::time::nanoseconds;
#[cfg(feature = "web")]
use super::web::exchange;
use crate::{
    Level, Transport, TransportError,
    http::{Request, Response},
    stream::{Closed, Pending, Sink, Source},
};

/// Room that a read of what is streamed in offers, in bytes: as much as a host hands over at once.
const READ: usize = 64 * 1024;

/// The component's [`Transport`].
#[derive(Clone, Copy, Debug)]
pub struct Host;

impl Transport for Host {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        exchange(request).await
    }

    async fn sleep(&self, duration: Duration) {
        wasip3::clocks::monotonic_clock::wait_for(nanoseconds(duration)).await;
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(wasip3::clocks::monotonic_clock::now())
    }

    fn random(&self) -> u64 {
        wasip3::random::random::get_random_u64()
    }

    fn log(&self, level: Level, message: &str) {
        let level = match level {
            Level::Debug => report::Level::Debug,
            Level::Info => report::Level::Info,
            Level::Warn => report::Level::Warn,
            Level::Error => report::Level::Error,
        };
        report::log(level, message);
    }

    fn progress(&self, done: u64, total: Option<u64>) {
        report::progress(done, total);
    }
}

/// The end of a stream into which an action writes.
pub(super) struct Outlet(pub(super) StreamWriter<u8>);

impl Sink for Outlet {
    fn write(&mut self, piece: Vec<u8>) -> Pending<'_, Result<(), Closed>> {
        Box::pin(async move {
            let unwanted = self.0.write_all(piece).await;
            if unwanted.is_empty() {
                Ok(())
            } else {
                Err(Closed)
            }
        })
    }
}

/// The end of a stream from which an action reads.
pub(super) struct Inlet(pub(super) StreamReader<u8>);

impl Source for Inlet {
    fn read(&mut self) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(async move {
            let (result, piece) = self.0.read(Vec::with_capacity(READ)).await;
            match result {
                StreamResult::Complete(_) => Some(piece),
                // What came with the end still counts.
                StreamResult::Dropped | StreamResult::Cancelled => {
                    (!piece.is_empty()).then_some(piece)
                }
            }
        })
    }
}
