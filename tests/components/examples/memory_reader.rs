//! Makes a call that carries a credential, then searches every byte of its own memory for it.
//!
//! What it searches for comes disguised, and is compared in disguise, so that the search itself does
//! not put it there.
#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, reason = "reading all of the memory is the attack")]

use hostile_components::{Answer, Attempt, Behaviour, Call, defect, json};
use std::arch::wasm32::memory_size;

/// Each byte of the needle comes exclusive-ored with this.
const DISGUISE: u8 = 0xa5;
const WASM_PAGE: usize = 64 << 10;
/// Where the linker puts the first data: below it lies only the stack's end.
const FIRST: usize = 8;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let reply = Attempt::of(&call)?.send().await.told();
        let needles = call
            .texts("disguised")
            .iter()
            .map(|hex| unhex(hex).ok_or_else(|| defect("a needle is not in hex")))
            .collect::<Result<Vec<_>, _>>()?;
        let found: Vec<usize> = needles.iter().map(|needle| count(needle)).collect();
        Ok(json!({ "found": found, "searched": memory_size::<0>() * WASM_PAGE, "reply": reply }))
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// How often the needle, undisguised, occurs in memory.
fn count(disguised: &[u8]) -> usize {
    let end = memory_size::<0>() * WASM_PAGE;
    let last = end.saturating_sub(disguised.len());
    (FIRST..last)
        .filter(|start| {
            disguised
                .iter()
                .enumerate()
                .all(|(offset, byte)| read(start + offset) ^ DISGUISE == *byte)
        })
        .count()
}

fn read(address: usize) -> u8 {
    // SAFETY: every address below the memory's size can be read; being volatile, the read does not
    // care what lives there.
    unsafe { std::ptr::with_exposed_provenance::<u8>(address).read_volatile() }
}

hostile_components::export!(Guest);
