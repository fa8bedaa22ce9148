//! Gives itself a name that leads out of a folder, and a title that rewrites a terminal.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, harmless};

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        about.name = "../../etc/cron.d/guest".to_owned();
        about.title = "\u{1b}[2J\u{1b}]0;owned\u{7}".to_owned();
        about
    }
}

hostile_components::export!(Guest);
