//! Describes a form whose list holds lists of itself, without end.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, json, with_input};

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let itself = json!({"$ref": "#/$defs/A"});
        with_input(&json!({
            "properties": {"x": itself},
            "$defs": {"A": {"type": "array", "items": itself}},
        }))
    }
}

hostile_components::export!(Guest);
