//! Paints on the terminals of those who read what it says about itself.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, harmless};

/// Retitles the window, moves up a line, and turns what follows around.
const PAINT: &str = "\u{1b}]0;owned\u{7}\u{1b}[1A\u{9b}2K\u{202e}txt.exe\u{2066}\u{e0041}";

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        about.title = PAINT.to_owned();
        about.description = PAINT.to_owned();
        about.version = PAINT.to_owned();
        for kind in &mut about.connections {
            kind.title = PAINT.to_owned();
            kind.description = PAINT.to_owned();
            // As JSON text would carry it.
            kind.secrets = r#"{"type":"object","properties":{"client-id":{"type":"string",
                "description":"\u001b]0;owned\u0007\u202e"},"client-secret":{"type":"string"}}}"#
                .to_owned();
        }
        for action in &mut about.actions {
            action.title = PAINT.to_owned();
            action.description = PAINT.to_owned();
            action.group = PAINT.to_owned();
        }
        about
    }
}

hostile_components::export!(Guest);
