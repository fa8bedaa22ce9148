//! Describes itself at more length than any person reads, or any host should.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, harmless};

/// Above the most that a component may hand to its host at once, below its memory.
const BYTES: usize = 40 << 20;

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        about.description = "x".repeat(BYTES);
        about
    }
}

hostile_components::export!(Guest);
