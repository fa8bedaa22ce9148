//! What holds for every action and trigger of every connector.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;

use super::Script;
use crate::{
    Connector,
    declare::Delivery,
    dialect::{Answer, Constant, Key, Means, Operation, Question, output},
    dispatch,
};

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
    for operation in C::operations().iter().copied().flatten() {
        let name = operation.qualified();
        assert!(names.insert(name.to_lowercase()), "{name} stands twice");
        an_operation_stands_for_an_action::<C>(&name, operation);
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

/// A table names only what the action has, and its examples are inputs of the action.
fn an_operation_stands_for_an_action<C: Connector>(name: &str, operation: &Operation) {
    let entry = dispatch::find::<C, Script>(operation.action).unwrap();
    assert_eq!(entry.declaration.name, operation.action, "{name}");
    assert!(operation.description.ends_with('.'), "{name}");
    let input = (entry.input)();
    keys_are_fields(name, operation.keys, &input["properties"]);
    constants_are_fields(name, operation.always, &input["properties"]);
    let answers = (entry.output)();
    let answers = &answers["properties"];
    match operation.gives {
        Answer::Nothing => {}
        Answer::Field(field) | Answer::Row(field, _) => is_field(name, field, answers),
        Answer::Object(parts) => {
            for part in parts {
                is_field(name, part.from, answers);
                let known = |key: &str| operation.keys.iter().any(|one| one.name == key);
                assert!(part.unless.is_none_or(known), "{name}: {}", part.name);
            }
        }
        Answer::Items(list, field) => is_field(name, field, &answers[list]["items"]["properties"]),
        Answer::Named(list, key, field) => {
            for field in [key, field] {
                is_field(name, field, &answers[list]["items"]["properties"]);
            }
        }
    }
    assert!(output(operation, &(entry.output)()).is_object(), "{name}");
    for example in operation.examples {
        let given: Value = serde_json::from_str(example).unwrap();
        let question = Question::read(operation, given.as_object().unwrap())
            .unwrap_or_else(|error| panic!("{name}: {example}: {error}"));
        if let Err(error) = (entry.accepts)(&Value::Object(question.input).to_string()) {
            panic!("{name}: the example {example} is no input: {error}");
        }
    }
}

fn is_field(name: &str, field: &str, fields: &Value) {
    assert!(fields.get(field).is_some(), "{name}: there is no `{field}`");
}

fn constants_are_fields(name: &str, constants: &[Constant], fields: &Value) {
    for (field, value) in constants {
        is_field(name, field, fields);
        serde_json::from_str::<Value>(value).unwrap();
    }
}

fn keys_are_fields(name: &str, keys: &[Key], fields: &Value) {
    for key in keys {
        let name = format!("{name} {}", key.name);
        if let Some(default) = key.default {
            serde_json::from_str::<Value>(default).unwrap();
        }
        let of_type = |field: &str, types: &[&str]| {
            is_field(&name, field, fields);
            let of = fields[field]["type"].as_str().unwrap_or_default();
            assert!(types.contains(&of), "{name}: `{field}` is of type `{of}`");
        };
        match key.means {
            Means::Same(field) => is_field(&name, field, fields),
            Means::Number(field) => of_type(field, &["integer", "number"]),
            Means::Switch(field) => of_type(field, &["boolean"]),
            Means::Commas(field) | Means::Names(field) | Means::One(field) => {
                of_type(field, &["array"]);
            }
            Means::Members(field)
            | Means::Pairs(field)
            | Means::Lists(field)
            | Means::Within(field, _)
            | Means::Unescaped(field, _) => of_type(field, &["object"]),
            Means::Words(words) => {
                for word in words {
                    constants_are_fields(&name, word.sets, fields);
                }
            }
            Means::Each(field, keys, always) => {
                of_type(field, &["array"]);
                let fields = &fields[field]["items"]["properties"];
                keys_are_fields(&name, keys, fields);
                constants_are_fields(&name, always, fields);
            }
            Means::Blocks {
                field,
                named,
                children,
            } => {
                of_type(field, &["array"]);
                let fields = &fields[field]["items"]["properties"];
                is_field(&name, named, fields);
                for (child, always) in children {
                    keys_are_fields(&name, child.keys, fields);
                    constants_are_fields(&name, always, fields);
                }
            }
            Means::Place | Means::Nothing => {}
        }
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
