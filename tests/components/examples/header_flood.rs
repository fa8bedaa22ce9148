//! Sends `count` header fields with values of `bytes` bytes each.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Attempt, Behaviour, Call};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let value = "x".repeat(usize::try_from(call.amount("bytes")).unwrap_or(usize::MAX));
        let mut attempt = Attempt::of(&call)?;
        for number in 0..call.amount("count") {
            attempt = attempt.header(&format!("x-flood-{number}"), &value);
        }
        Ok(attempt.send().await.told())
    }
}

hostile_components::export!(Guest);
