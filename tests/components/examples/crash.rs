//! Ends badly, in each way that a component can.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "crashing is the behaviour"
)]

use hostile_components::{Answer, Behaviour, Call, Value, defect};
use std::hint::black_box;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        match call.text("by")? {
            "panic" => panic!("{}", call.text("saying")?),
            "unreachable" => std::arch::wasm32::unreachable(),
            "index" => Ok(Value::from([1, 2, 3][black_box(7)])),
            "division" => Ok(Value::from(1 / black_box(0))),
            "recursion" => Ok(Value::from(recurse(1))),
            "exit" => std::process::exit(0),
            "abort" => std::process::abort(),
            other => Err(defect(format!("there is no crashing by {other}"))),
        }
    }
}

#[allow(unconditional_recursion, reason = "it is meant to use up the stack")]
fn recurse(depth: u64) -> u64 {
    let here = black_box([depth; 64]);
    recurse(black_box(depth.wrapping_add(1))).wrapping_add(here[0])
}

hostile_components::export!(Guest);
