//! Fills `count` sets of header fields with `bytes` each and never lets go of one.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::http::types::Fields;
use hostile_components::{Answer, Behaviour, Call, defect, json};
use std::mem::forget;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let bytes = usize::try_from(call.amount("bytes")).unwrap_or(0);
        let value = vec![b'x'; bytes];
        let count = call.amount("count");
        for _ in 0..count {
            let fields = Fields::new();
            fields
                .append("x-hoard", &value)
                .map_err(|error| defect(format!("{error:?}")))?;
            forget(fields);
        }
        Ok(json!({ "hoarded": count }))
    }
}

hostile_components::export!(Guest);
