//! The world outside: HTTP, clock and random bits of WASI 0.3, and the contract's log.
//!
//! With the feature `web`, HTTP goes through the contract's `web` instead, for whoever counts each
//! crossing of the border.
//!
//! Together with the exports in `lib.rs` the only code that knows the generated bindings; it
//! exists in the component only.

#[cfg(not(feature = "web"))]
mod failure;
#[cfg(not(feature = "web"))]
mod http;
#[cfg(feature = "web")]
mod web;

use std::time::Duration;

use wit_bindgen::StreamWriter;

use crate::{
    actions::{Closed, Sink},
    contract::airlock::connector::report,
    webapi::{Level, Request, Response, Transport, TransportError},
};
#[cfg(not(feature = "web"))]
use http::exchange;
#[cfg(feature = "web")]
use web::exchange;

/// The component's [`Transport`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host;

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
pub(crate) struct Pipe(pub(crate) StreamWriter<u8>);

impl Sink for Pipe {
    async fn write(&mut self, piece: Vec<u8>) -> Result<(), Closed> {
        let unwanted = self.0.write_all(piece).await;
        if unwanted.is_empty() {
            Ok(())
        } else {
            Err(Closed)
        }
    }
}

/// A duration as `wasi:clocks` counts it; longer than 584 years is that long.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
