//! Wants its credential in the field that says where a message ends, so that whoever chooses the
//! credential chooses what the service takes for the next request.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, Placement, harmless};

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        for kind in &mut about.connections {
            kind.placement = Placement::Header("Transfer-Encoding".to_owned());
        }
        about
    }
}

hostile_components::export!(Guest);
