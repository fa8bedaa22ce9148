//! Calls its action by a name that nothing could be compared with.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, harmless};

/// Below what a component may hand to its host at once.
const BYTES: usize = 20 << 20;

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        if let Some(action) = about.actions.first_mut() {
            action.name = "n".repeat(BYTES);
        }
        about
    }
}

hostile_components::export!(Guest);
