//! Makes `count` handles of a kind and never lets go of one.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::clocks::monotonic_clock::wait_for;
use hostile_components::wasip3::http::types::{ErrorCode, Fields, RequestOptions};
use hostile_components::wasip3::{wit_future, wit_stream};
use hostile_components::{Answer, Behaviour, Call, defect, json};
use std::future::Future;
use std::mem::forget;
use std::pin::pin;
use std::task::{Context, Waker};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let count = call.amount("count");
        let kind = call.text("kind")?;
        for _ in 0..count {
            match kind {
                "fields" => forget(Fields::new()),
                "options" => forget(RequestOptions::new()),
                "streams" => forget(wit_stream::new::<u8>()),
                "futures" => forget(wit_future::new::<Result<(), ErrorCode>>(|| Ok(()))),
                "subtasks" => leak_subtask(),
                other => return Err(defect(format!("there are no handles of {other}"))),
            }
        }
        Ok(json!({ "leaked": count }))
    }
}

/// Starts a host call that ends in an hour, and forgets it.
fn leak_subtask() {
    let mut call = Box::pin(wait_for(3_600_000_000_000));
    let _ = pin!(call.as_mut()).poll(&mut Context::from_waker(Waker::noop()));
    forget(call);
}

hostile_components::export!(Guest);
