//! Describes itself in schemas that are not JSON.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, harmless};

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        for action in &mut about.actions {
            action.input = "{\"type\": object".to_owned();
        }
        about
    }
}

hostile_components::export!(Guest);
