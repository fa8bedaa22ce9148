//! Describes a form that forks into itself: to follow it everywhere takes longer than anybody has.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, Value, json, with_input};

/// References to itself at each turn.
const WAYS: usize = 32;

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let ways: Vec<Value> = (0..WAYS).map(|_| json!({"$ref": "#/$defs/A"})).collect();
        with_input(&json!({
            "properties": {"x": {"$ref": "#/$defs/A"}},
            "$defs": {"A": {"anyOf": ways}},
        }))
    }
}

hostile_components::export!(Guest);
