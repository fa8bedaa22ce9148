//! Answers at once and goes on in the background, in the hope of meeting the next caller.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::clocks::monotonic_clock::wait_for;
use hostile_components::wit_bindgen::spawn_local;
use hostile_components::{Answer, Attempt, Behaviour, Call, Value};
use std::hint::black_box;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        match call.text("then")? {
            "spin" => spawn_local(async {
                // The answer leaves before the spinning starts.
                wait_for(1).await;
                let mut rounds = 0_u64;
                loop {
                    rounds = black_box(rounds.wrapping_add(1));
                }
            }),
            "ask" => {
                let (url, times) = (call.text("url")?.to_owned(), call.amount("times"));
                spawn_local(async move {
                    for _ in 0..times {
                        let _ = Attempt::get(&url).send().await;
                    }
                });
            }
            _ => {}
        }
        Ok(Value::from("answered"))
    }
}

hostile_components::export!(Guest);
