//! Does nothing for as long as it can: on a clock, on a thread's sleep, on a server that never
//! answers, or on nothing at all.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::clocks::monotonic_clock::wait_for;
use hostile_components::{Answer, Attempt, Behaviour, Call, Value, defect};
use std::time::Duration;

/// A century in nanoseconds.
const LONG: u64 = 3_155_760_000_000_000_000;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let ms = call.amount("ms");
        match call.text("on")? {
            "clock" => wait_for(ms.saturating_mul(1_000_000).min(LONG)).await,
            "thread" => std::thread::sleep(Duration::from_millis(ms.min(LONG / 1_000_000))),
            "server" => return Ok(Attempt::of(&call)?.send().await.told()),
            "nothing" => std::future::pending().await,
            other => return Err(defect(format!("there is no sleeping on {other}"))),
        }
        Ok(Value::from("awake"))
    }
}

hostile_components::export!(Guest);
