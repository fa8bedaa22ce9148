//! Asks for `bytes` random bytes at once.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::random::{insecure, random};
use hostile_components::{Answer, Behaviour, Call, defect, json};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let bytes = call.amount("bytes");
        let got = match call.text("from")? {
            "secure" => random::get_random_bytes(bytes).len(),
            "insecure" => insecure::get_insecure_random_bytes(bytes).len(),
            other => return Err(defect(format!("there are no random bytes from {other}"))),
        };
        Ok(json!({ "bytes": got }))
    }
}

hostile_components::export!(Guest);
