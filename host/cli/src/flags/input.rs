//! What was typed, as the action's input document.

use super::pairs::{self, PairValue};
use super::property::Property;
use super::shape::Shape;
use clap::ArgMatches;
use serde_json::{Map, Value};
use std::fmt;

/// Reads a text file; the error is for people. Injected, so that this module does no I/O.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// What was typed cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagError {
    /// The flag, without the dashes.
    pub flag: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for FlagError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "--{} {}", self.flag, self.message)
    }
}

/// Lays the flags in `matches` over `base`: a flag replaces the document's property, a pair
/// replaces one entry of it.
pub fn collect(
    mut base: Map<String, Value>,
    properties: &[Property],
    matches: &ArgMatches,
    read: ReadFile<'_>,
) -> Result<Map<String, Value>, FlagError> {
    for property in properties {
        if let Some(typed) = typed(matches, &property.id()) {
            let value = value(property, &typed, read)?;
            base.insert(property.name.clone(), value);
        }
        let Some(pairs) = &property.pairs else {
            continue;
        };
        for text in typed(matches, &property.pairs_id()).unwrap_or_default() {
            let wrong = |message| FlagError {
                flag: pairs.flag.clone(),
                message,
            };
            let pair = pairs::parse(&text, pairs.members.as_ref()).map_err(wrong)?;
            let value = pair_value(pair.value, read).map_err(wrong)?;
            let slot = base
                .entry(property.name.clone())
                .or_insert_with(|| Value::Object(Map::new()));
            match slot {
                Value::Object(entries) => entries.insert(pair.name, value),
                _ => {
                    return Err(wrong(format!(
                        "adds to \"{}\", which the input document does not give as an object",
                        property.name
                    )));
                }
            };
        }
    }
    Ok(base)
}

/// Reads one value that was typed as text for `property`, as `--setting` does.
pub fn apply_text(
    property: &Property,
    typed: &str,
    read: ReadFile<'_>,
) -> Result<Value, FlagError> {
    value(property, &[typed.to_owned()], read)
}

fn typed(matches: &ArgMatches, id: &str) -> Option<Vec<String>> {
    // An id that the command does not define is no different from one that was not typed.
    let values = matches.try_get_many::<String>(id).ok().flatten()?;
    Some(values.cloned().collect())
}

fn value(property: &Property, typed: &[String], read: ReadFile<'_>) -> Result<Value, FlagError> {
    let wrong = |message| FlagError {
        flag: property.flag.clone(),
        message,
    };
    let parse = |text: &String| -> Result<Value, FlagError> {
        let from_file;
        let text = match (&property.shape, text.strip_prefix('@')) {
            (shape, Some(path)) if takes_file(shape) => {
                from_file = read(path).map_err(wrong)?;
                &from_file
            }
            _ => text,
        };
        property.shape.parse(text).map_err(wrong)
    };
    if !matches!(property.shape, Shape::List(_)) {
        return typed.last().map_or(Ok(Value::Null), parse);
    }
    let mut items = Vec::new();
    for text in typed {
        match parse(text)? {
            Value::Array(more) => items.extend(more),
            one => items.push(one),
        }
    }
    Ok(Value::Array(items))
}

/// JSON never begins with `@`, so where JSON is expected `@` can only mean a file.
fn takes_file(shape: &Shape) -> bool {
    match shape {
        Shape::Json => true,
        Shape::List(item) => **item == Shape::Json,
        _ => false,
    }
}

fn pair_value(value: PairValue, read: ReadFile<'_>) -> Result<Value, String> {
    match value {
        PairValue::Here(value) => Ok(value),
        PairValue::TextFile(path) => read(&path).map(Value::String),
        PairValue::JsonFile(path) => serde_json::from_str(&read(&path)?)
            .map_err(|fault| format!("{path} does not hold JSON: {fault}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{arguments, properties};
    use super::*;
    use clap::Command;
    use serde_json::json;

    fn run(base: Value, words: &[&str]) -> Result<Value, FlagError> {
        let schema = json!({"properties": {
            "table": {"type": "string"},
            "select": {"type": "array", "items": {"type": "string"}},
            "top": {"type": "integer"},
            "fetchAll": {"type": "boolean"},
            "data": {"type": "object"},
            "values": {"type": "object", "x-airlock-pairs": true},
            "headers": {"type": "object", "x-airlock-pairs": "header", "additionalProperties": {"type": "string"}}
        }});
        let properties = properties(&schema, &[]);
        let matches = Command::new("run")
            .no_binary_name(true)
            .args(arguments(&properties, "Input", false))
            .try_get_matches_from(words)
            .unwrap();
        let read = |path: &str| match path {
            "there.json" => Ok("{\"from\":\"file\"}".to_owned()),
            _ => Err(format!("cannot read {path}")),
        };
        let Value::Object(base) = base else { panic!() };
        collect(base, &properties, &matches, &read).map(Value::Object)
    }

    #[test]
    fn flags_lie_over_the_document() {
        let input = run(
            json!({"table": "accounts", "top": 5, "untouched": true}),
            &[
                "--table",
                "leads",
                "--select",
                "a,b",
                "--select",
                "c",
                "--fetch-all",
            ],
        );
        assert_eq!(
            input,
            Ok(json!({
                "table": "leads", "top": 5, "untouched": true,
                "select": ["a", "b", "c"], "fetchAll": true
            }))
        );
    }

    #[test]
    fn switches_can_be_switched_off() {
        assert_eq!(
            run(json!({}), &["--fetch-all=false"]),
            Ok(json!({"fetchAll": false}))
        );
        assert_eq!(
            run(json!({}), &["--fetchAll"]),
            Ok(json!({"fetchAll": true}))
        );
    }

    #[test]
    fn pairs_add_to_the_object_that_the_document_or_the_flag_gave() {
        let input = run(
            json!({"values": {"subject": "old", "kept": 1}}),
            &["--set", "subject=new", "--set", "n=7", "--header", "x-n=7"],
        );
        assert_eq!(
            input,
            Ok(json!({
                "values": {"subject": "new", "kept": 1, "n": 7},
                "headers": {"x-n": "7"}
            }))
        );
        let input = run(json!({}), &["--values", r#"{"a":1}"#, "--set", "b=2"]);
        assert_eq!(input, Ok(json!({"values": {"a": 1, "b": 2}})));
    }

    #[test]
    fn an_object_is_json_or_a_file_of_it() {
        assert_eq!(
            run(json!({}), &["--data", "@there.json"]),
            Ok(json!({"data": {"from": "file"}}))
        );
        assert_eq!(
            run(
                json!({}),
                &["--set", "x:=@there.json", "--set", "y=@there.json"]
            ),
            Ok(json!({"values": {"x": {"from": "file"}, "y": "{\"from\":\"file\"}"}}))
        );
    }

    #[test]
    fn faults_name_their_flag() {
        for (words, flag) in [
            (vec!["--top", "many"], "top"),
            (vec!["--data", "{broken"], "data"),
            (vec!["--data", "@gone.json"], "data"),
            (vec!["--set", "no-sign"], "set"),
        ] {
            assert_eq!(run(json!({}), &words).unwrap_err().flag, flag);
        }
        let fault = run(json!({"values": 5}), &["--set", "a=1"]).unwrap_err();
        assert!(
            fault.to_string().starts_with("--set adds to \"values\""),
            "{fault}"
        );
    }
}
