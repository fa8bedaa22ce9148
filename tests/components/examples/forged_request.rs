//! Breaks one rule of a request: header fields that are the host's, fields in trailers, a `Host` of
//! its own, a path that reads differently to two parsers. Tells what was sent and what came back.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Attempt, Behaviour, Call};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        Ok(Attempt::of(&call)?.send().await.told())
    }
}

hostile_components::export!(Guest);
