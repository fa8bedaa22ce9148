//! Takes memory and touches every page of it, up to `bytes`: piece by piece, or at once.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Behaviour, Call, defect, json};
use std::arch::wasm32::memory_grow;

const PIECE: u64 = 1 << 20;
const WASM_PAGE: u64 = 64 << 10;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let bytes = call.amount("bytes");
        match call.text("how")? {
            "pieces" => {
                let mut hoard: Vec<Vec<u8>> = Vec::new();
                while (hoard.len() as u64) < bytes / PIECE {
                    hoard.push(vec![1; PIECE as usize]);
                }
                Ok(json!({ "bytes": hoard.len() as u64 * PIECE }))
            }
            "at-once" => {
                let pages = usize::try_from(bytes / WASM_PAGE).unwrap_or(usize::MAX);
                let refused = memory_grow::<0>(pages) == usize::MAX;
                Ok(json!({ "bytes": if refused { 0 } else { bytes } }))
            }
            other => Err(defect(format!("there is no taking memory {other}"))),
        }
    }
}

hostile_components::export!(Guest);
