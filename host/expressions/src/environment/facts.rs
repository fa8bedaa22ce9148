//! A context of plain data, for tests, for trying out an expression, and for runs that are small. Part of [`super`].

use std::cell::Cell;

use serde_json::{Map, Value};

use super::context::Context;
use crate::fault::{Fault, FaultKind, Place};

/// A context of plain data.
///
/// Made from an object with any of the members `outputs`, `actions`, `results`, `parameters`, `variables`, `items`,
/// `iterationIndexes` (each an object by name), `triggerOutputs`, `trigger`, `item`, `workflow`, `action`, `now`,
/// `callbackUrl`, and `random`, a number from which chance begins.
#[derive(Debug, Default)]
pub struct Facts {
    members: Map<String, Value>,
    chance: Cell<u64>,
}

const MEMBERS: &[&str] = &[
    "outputs",
    "actions",
    "results",
    "parameters",
    "variables",
    "items",
    "iterationIndexes",
    "triggerOutputs",
    "trigger",
    "item",
    "workflow",
    "action",
    "now",
    "callbackUrl",
    "random",
];

impl Facts {
    /// Facts from JSON.
    ///
    /// # Errors
    ///
    /// What is no object, or has a member of another name.
    pub fn from_json(json: &Value) -> Result<Self, Fault> {
        let wrong = |message: String| Fault {
            kind: FaultKind::Reference,
            message,
            place: Place::default(),
        };
        let members = json
            .as_object()
            .ok_or_else(|| wrong("facts are an object".to_owned()))?;
        if let Some(unknown) = members.keys().find(|key| !MEMBERS.contains(&key.as_str())) {
            return Err(wrong(format!(
                "facts have no `{unknown}`; they have {}",
                MEMBERS.join(", ")
            )));
        }
        let seed = members.get("random").and_then(Value::as_u64).unwrap_or(1);
        Ok(Self {
            members: members.clone(),
            chance: Cell::new(seed),
        })
    }

    fn named(&self, member: &str, name: &str) -> Option<&Value> {
        let named = self.members.get(member)?.as_object()?;
        let folded = name.to_lowercase();
        named.get(name).or_else(|| {
            named
                .iter()
                .find(|(key, _)| key.to_lowercase() == folded)
                .map(|(_, value)| value)
        })
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member)?.as_str()
    }
}

impl Context for Facts {
    fn outputs(&self, action: &str) -> Option<&Value> {
        self.named("outputs", action)
    }

    fn action(&self, name: &str) -> Option<std::borrow::Cow<'_, Value>> {
        if let Some(action) = self.named("actions", name) {
            return Some(std::borrow::Cow::Borrowed(action));
        }
        let outputs = self.outputs(name)?;
        Some(std::borrow::Cow::Owned(
            serde_json::json!({"name": name, "outputs": outputs}),
        ))
    }

    fn current_action(&self) -> Option<&Value> {
        self.members.get("action")
    }

    fn result(&self, scope: &str) -> Option<&Value> {
        self.named("results", scope)
    }

    fn trigger_outputs(&self) -> Option<&Value> {
        self.members.get("triggerOutputs")
    }

    fn trigger(&self) -> Option<std::borrow::Cow<'_, Value>> {
        if let Some(trigger) = self.members.get("trigger") {
            return Some(std::borrow::Cow::Borrowed(trigger));
        }
        let outputs = self.trigger_outputs()?;
        Some(std::borrow::Cow::Owned(
            serde_json::json!({"outputs": outputs}),
        ))
    }

    fn parameter(&self, name: &str) -> Option<&Value> {
        self.named("parameters", name)
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.named("variables", name)
    }

    fn item(&self) -> Option<&Value> {
        self.members.get("item")
    }

    fn loop_item(&self, name: &str) -> Option<&Value> {
        self.named("items", name)
    }

    fn iteration_index(&self, name: &str) -> Option<u64> {
        self.named("iterationIndexes", name)?.as_u64()
    }

    fn workflow(&self) -> Option<&Value> {
        self.members.get("workflow")
    }

    fn callback_url(&self) -> Option<&str> {
        self.text("callbackUrl")
    }

    fn now(&self) -> Option<String> {
        self.text("now").map(str::to_owned)
    }

    fn random(&self) -> Option<u128> {
        let next = || {
            // SplitMix64: each number is another one, and the same seed gives the same numbers.
            let seed = self.chance.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.chance.set(seed);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            u128::from(mixed ^ (mixed >> 31))
        };
        Some(next() << 64 | next())
    }
}
