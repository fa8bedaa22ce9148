//! Inputs as command lines: the examples of a schema, or one made up from what it requires.

use super::property::Property;
use crate::output::clean;
use airlock_forms::Shape;
use serde_json::{Map, Value};

/// The most examples that help shows.
const MOST: usize = 4;

/// Command lines that begin with `command`, such as `airlock run contoso list-rows`.
pub fn examples(command: &str, schema: &Value, properties: &[Property]) -> Vec<String> {
    let given = schema.get("examples").and_then(Value::as_array);
    let lines: Vec<String> = given
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .take(MOST)
        .map(|input| line(command, input, properties))
        .collect();
    if lines.is_empty() {
        return vec![required(command, properties)];
    }
    lines
}

/// One input, flag by flag in the order in which help shows them.
fn line(command: &str, input: &Map<String, Value>, properties: &[Property]) -> String {
    let mut line = command.to_owned();
    for property in properties {
        let Some(value) = input.get(&property.name) else {
            continue;
        };
        match (&property.pairs, value) {
            (Some(pairs), Value::Object(entries)) => {
                for (name, value) in entries {
                    line.push_str(&format!(" --{} {}", pairs.flag, quoted(&pair(name, value))));
                }
            }
            (_, Value::Bool(true)) => line.push_str(&format!(" --{}", property.flag)),
            (_, Value::Bool(false)) => line.push_str(&format!(" --{}=false", property.flag)),
            (_, Value::Array(items)) if items.iter().all(Value::is_string) => {
                let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                line.push_str(&format!(
                    " --{} {}",
                    property.flag,
                    quoted(&items.join(","))
                ));
            }
            (_, value) => line.push_str(&format!(" --{} {}", property.flag, quoted(&typed(value)))),
        }
    }
    line
}

/// `name=value`, or `name:=value` where only JSON says what is meant.
fn pair(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) if airlock_forms::guess(text) == *value => format!("{name}={text}"),
        Value::Array(_) | Value::Object(_) | Value::String(_) => format!("{name}:={value}"),
        other => format!("{name}={other}"),
    }
}

fn typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What has to be there, with a word in capitals for what a person fills in.
fn required(command: &str, properties: &[Property]) -> String {
    let mut line = command.to_owned();
    for property in properties.iter().filter(|property| property.required) {
        line.push_str(&match (&property.pairs, &property.shape) {
            (Some(pairs), _) => format!(" --{} NAME=VALUE", pairs.flag),
            (None, Shape::Boolean) => format!(" --{}", property.flag),
            (None, Shape::Enum(choices)) => match choices.first() {
                Some(choice) => format!(" --{} {}", property.flag, quoted(&choice.typed())),
                None => format!(" --{} …", property.flag),
            },
            (None, Shape::Integer { min, .. }) => {
                format!(" --{} {}", property.flag, min.unwrap_or(1.0))
            }
            (None, Shape::Number) => format!(" --{} 1", property.flag),
            (None, Shape::Json) => format!(" --{} @FILE", property.flag),
            (None, _) => format!(" --{} {}", property.flag, property.flag.to_uppercase()),
        });
    }
    line
}

/// Quoted for a shell where it has to be.
fn quoted(text: &str) -> String {
    let plain = |one: char| one.is_alphanumeric() || "-_./:=,@+".contains(one);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => crate::output::quoted(&clean(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::property::properties;
    use super::super::{arguments, collect};
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({
            "properties": {
                "table": {"type": "string"},
                "select": {"type": "array", "items": {"type": "string"}},
                "filter": {"type": "string"},
                "top": {"type": "integer", "minimum": 1},
                "all": {"type": "boolean"},
                "data": {},
                "row": {"type": "object", "x-airlock-pairs": true}
            },
            "required": ["table", "row"],
            "x-airlock-order": ["table", "select", "filter", "top", "all", "data", "row"]
        })
    }

    #[test]
    fn an_example_typed_as_it_stands_is_the_input_that_it_was() {
        let inputs = [
            json!({"table": "lead", "select": ["a", "b"], "filter": "name eq 'A''B'", "top": 5, "all": true}),
            json!({"table": "lead", "row": {"n": 5, "text": "5", "memo": "two words", "tags": [1], "fax": null, "q": "\"x\""}}),
            json!({"data": {"subject": "x"}, "all": false}),
        ];
        let properties = properties(&schema(), &[]);
        for input in inputs {
            let mut with = schema();
            with["examples"] = json!([input]);
            let lines = examples("run", &with, &properties);
            let [line] = lines.as_slice() else {
                panic!("{lines:?}")
            };
            let matches = clap::Command::new("run")
                .args(arguments(&properties, "Input", false, "c"))
                .try_get_matches_from(words(line))
                .unwrap();
            let read = |path: &str| Err(path.to_owned());
            let read = collect(Map::new(), &properties, &matches, &read).unwrap();
            assert_eq!(Value::Object(read), input, "{line}");
        }
    }

    /// As a shell takes a line apart.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quote) = (vec![String::new()], false);
        let mut characters = line.chars();
        while let Some(one) = characters.next() {
            match one {
                '\'' => quote = !quote,
                '\\' if !quote => words.last_mut().unwrap().extend(characters.next()),
                ' ' if !quote => words.push(String::new()),
                other => words.last_mut().unwrap().push(other),
            }
        }
        words
    }

    #[test]
    fn without_examples_what_is_required_makes_one() {
        let properties = properties(&schema(), &[]);
        assert_eq!(
            examples("airlock run c a", &schema(), &properties),
            ["airlock run c a --table TABLE --set NAME=VALUE"]
        );
    }
}
