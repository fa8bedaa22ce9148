//! What holds for every action and trigger of every connector.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;

use super::Script;
use crate::{Connector, declare::Delivery, dispatch};

/// Asserts that the connector `C` keeps what a host and a person rely on: each name means one thing, each
/// schema is flat, ordered and explained, each example is an input, who only reads removes nothing, and who is polled is polled at a
/// sensible interval.
///
/// # Panics
/// It does not; the message names the action and what is wrong.
pub fn keeps_promises<C: Connector>() {
    let mut names = BTreeSet::new();
    for action in C::actions::<Script>() {
        let declaration = action.declaration;
        let name = declaration.name;
        for one in declaration.aliases.iter().chain([&name]) {
            assert!(names.insert(one.to_lowercase()), "{one} stands twice");
            let found = dispatch::find::<C, Script>(one).unwrap();
            assert_eq!(found.declaration.name, name);
        }
        told(name, declaration.title, declaration.description);
        let traits = declaration.traits;
        assert!(
            !traits.read_only || (traits.idempotent && !traits.destructive),
            "{name}: what only reads may be repeated and removes nothing"
        );
        let input = (action.input)();
        input_is_plain(name, &input);
        explained(name, &input);
        explained(name, &(action.output)());
        examples_are_inputs(name, declaration.examples, action.accepts);
    }
    for trigger in C::triggers::<Script>() {
        let declaration = trigger.declaration;
        let name = declaration.name;
        for one in declaration.aliases.iter().chain([&name]) {
            assert!(names.insert(one.to_lowercase()), "{one} stands twice");
            let found = dispatch::find_trigger::<C, Script>(one).unwrap();
            assert_eq!(found.declaration.name, name);
        }
        told(name, declaration.title, declaration.description);
        if let Delivery::Polling(interval) = declaration.delivery {
            let sensible = Duration::from_secs(1)..=Duration::from_secs(24 * 3600);
            assert!(
                sensible.contains(&interval),
                "{name} is polled every {interval:?}"
            );
        }
        assert!(
            !declaration.examples.is_empty(),
            "{name} shows nobody how it is configured"
        );
        let config = (trigger.config)();
        input_is_plain(name, &config);
        explained(name, &config);
        explained(name, &(trigger.payload)());
        examples_are_inputs(name, declaration.examples, trigger.accepts);
    }
}

fn told(name: &str, title: &str, description: &str) {
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(name.chars().all(kebab), "{name} is not kebab-case");
    assert!(
        !title.is_empty() && !title.ends_with('.'),
        "{name}: {title}"
    );
    assert!(description.ends_with('.'), "{name}: {description}");
}

/// An input's properties are its flags, so all are known and stand in an order.
fn input_is_plain(name: &str, schema: &Value) {
    let properties = schema["properties"].as_object();
    let properties: BTreeSet<&str> = properties
        .into_iter()
        .flat_map(|all| all.keys().map(String::as_str))
        .collect();
    let order: Vec<&str> = schema["x-airlock-order"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(properties, order.iter().copied().collect(), "{name}");
    assert_eq!(
        schema["additionalProperties"], false,
        "{name} has to deny unknown fields"
    );
}

fn explained(name: &str, schema: &Value) {
    assert!(!schema.to_string().contains("$ref"), "{name}");
    let below = schema["properties"].as_object().into_iter().flatten();
    for (property, inner) in below {
        assert!(
            inner["description"].is_string(),
            "{name}: {property} is not explained"
        );
        assert_eq!(property, &property.to_lowercase(), "{name}");
        assert!(!property.contains('_'), "{name}: {property}");
        explained(name, inner);
    }
}

fn examples_are_inputs(
    name: &str,
    examples: &[&str],
    accepts: fn(&str) -> Result<(), crate::Error>,
) {
    for example in examples {
        if let Err(error) = accepts(example) {
            panic!("{name}: the example {example} is no input: {error}");
        }
    }
}
