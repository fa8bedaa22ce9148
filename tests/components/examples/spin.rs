//! Computes without end, or for `ms` milliseconds by its own clock: in silence, or between calls of
//! the host that cost it nothing.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::clocks::monotonic_clock::now;
use hostile_components::{Answer, Attempt, Behaviour, Call, defect, json, report};
use std::hint::black_box;

/// Rounds between two looks at the clock: about a millisecond.
const ROUNDS: u64 = 1_000_000;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let end = now().saturating_add(call.amount("ms").saturating_mul(1_000_000));
        let mut rounds = 0_u64;
        while now() < end {
            match call.text("while")? {
                "silent" => {
                    for _ in 0..ROUNDS {
                        rounds = black_box(rounds.wrapping_add(1));
                    }
                }
                "logging" => report::log(report::Level::Info, "still here"),
                "reporting" => report::progress(rounds, None),
                "asking-the-time" => {}
                "asking-for-what-is-denied" => {
                    let _ = Attempt::get("https://evil.example/").send().await;
                }
                other => return Err(defect(format!("there is no spinning while {other}"))),
            }
        }
        Ok(json!({ "ended": true }))
    }
}

hostile_components::export!(Guest);
