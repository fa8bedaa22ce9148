//! Describes a form of very many properties whose names all make one flag.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, Value, json, with_input};
use std::collections::BTreeMap;

/// Each name is another row of separators, of which a flag keeps none. More would not fit into a manifest.
const NAMES: u32 = 2_000;

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let name = |n: u32| format!("x{n:015b}").replace('0', "_").replace('1', ".");
        let properties: BTreeMap<String, Value> = (0..NAMES)
            .map(|n| (name(n), json!({"type": "string"})))
            .collect();
        with_input(&json!({ "properties": properties }))
    }
}

hostile_components::export!(Guest);
