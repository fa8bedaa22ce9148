//! Panics without standard error: linked as the connectors are.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::panic, reason = "crashing is the behaviour")]

use airlock_connector as _;
use hostile_components::{Answer, Behaviour, Call};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        panic!("{}", call.text("saying")?)
    }
}

hostile_components::export!(Guest);
