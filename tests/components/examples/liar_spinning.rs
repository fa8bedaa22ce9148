//! Never finishes describing itself.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, harmless};
use std::hint::black_box;

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut rounds = 0_u64;
        while black_box(rounds) < u64::MAX {
            rounds = rounds.wrapping_add(1);
        }
        harmless()
    }
}

hostile_components::export!(Guest);
