//! What was typed, as the action's input document.

use super::files::{Given, ReadFile, encoded, from_file, sends_bytes, text_of};
use super::pairs::{self, PairValue};
use super::property::{Pairs, Property};
use airlock_forms::Shape;
use clap::ArgMatches;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::fmt;

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
    let bytes = only_bytes(properties);
    let mut bodies = Vec::new();
    for property in properties {
        if let Some(typed) = typed(matches, &property.id()) {
            match (
                &property.shape,
                typed.last().map(|text| Given::of(text)),
                bytes,
            ) {
                (Shape::Mixed { text: true }, Some(Given::File(path)), Some(bytes)) => {
                    bodies.push((property, path.to_owned(), bytes));
                }
                _ => {
                    let value = value(property, &typed, read)?;
                    base.insert(property.name.clone(), value);
                }
            }
        }
        if let Some(pairs) = &property.pairs {
            let typed = typed(matches, &property.pairs_id()).unwrap_or_default();
            entries(&mut base, property, pairs, &typed, read)?;
        }
    }
    // The headers, which are known by now, decide what a body is.
    for (property, path, bytes) in bodies {
        let (name, value) = body(&base, property, &path, bytes, read)?;
        base.insert(name, value);
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

/// The one property that takes bytes, where there is one: what a file holds goes there when it cannot
/// go where any text or JSON does.
fn only_bytes(properties: &[Property]) -> Option<&Property> {
    let mut all = properties
        .iter()
        .filter(|property| property.shape == Shape::Bytes);
    all.next().filter(|_| all.next().is_none())
}

fn body(
    input: &Map<String, Value>,
    property: &Property,
    path: &str,
    bytes: &Property,
    read: ReadFile<'_>,
) -> Result<(String, Value), FlagError> {
    let wrong = |message| FlagError {
        flag: property.flag.clone(),
        message,
    };
    let content = read(path).map_err(|fault| wrong(no_file(fault, path)))?;
    let text = match sends_bytes(input) {
        true => None,
        false => airlock_runtime::decode_text(&content).ok(),
    };
    let Some(text) = text else {
        if input.contains_key(&bytes.name) {
            return Err(wrong(format!(
                "and --{} are one body: leave one of them out",
                bytes.flag
            )));
        }
        return Ok((bytes.name.clone(), encoded(&content)));
    };
    let value = property.shape.parse(&text).map_err(wrong)?;
    Ok((property.name.clone(), value))
}

fn entries(
    base: &mut Map<String, Value>,
    property: &Property,
    pairs: &Pairs,
    typed: &[String],
    read: ReadFile<'_>,
) -> Result<(), FlagError> {
    let wrong = |message| FlagError {
        flag: pairs.flag.clone(),
        message,
    };
    let mut given = HashSet::new();
    for text in typed {
        let pair = pairs::parse(text, pairs.members.as_ref()).map_err(wrong)?;
        let name = &pair.name;
        let value = pair_value(name, pair.value, pairs.members.as_ref(), read).map_err(wrong)?;
        if !given.insert(name.clone()) {
            return Err(wrong(format!(
                "gives {name} twice; leave one out, or give both as a list: {name}:='[…, …]'"
            )));
        }
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
    Ok(())
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
        let given = match takes_file(&property.shape) {
            true => Given::of(text),
            false => Given::Text(text),
        };
        match given {
            Given::Text(text) => property.shape.parse(text).map_err(wrong),
            Given::File(path) => {
                let content = read(path).map_err(|fault| wrong(no_file(fault, path)))?;
                from_file(&property.shape, path, &content).map_err(wrong)
            }
        }
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

/// Wherever text or JSON stands, a file may stand in its place. Numbers, switches and choices are too
/// short for one.
fn takes_file(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Text | Shape::Bytes | Shape::Json | Shape::Mixed { .. } | Shape::List(_)
    )
}

fn no_file(fault: String, path: &str) -> String {
    format!("{fault}; a text that begins with @ is written with another: @@{path}")
}

/// The value of a pair called `name`, out of its file where it is in one.
pub fn pair_value(
    name: &str,
    value: PairValue,
    members: Option<&Shape>,
    read: ReadFile<'_>,
) -> Result<Value, String> {
    match value {
        PairValue::Here(value) => Ok(value),
        PairValue::TextFile(path) => {
            let content = read(&path)
                .map_err(|fault| format!("{fault}; the text @{path} is written {name}=@@{path}"))?;
            match members {
                Some(Shape::Bytes) => Ok(encoded(&content)),
                _ => text_of(&path, &content).map(Value::String),
            }
        }
        PairValue::JsonFile(path) => from_file(&Shape::Json, &path, &read(&path)?),
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
            "headers": {"type": "object", "x-airlock-pairs": "header", "additionalProperties": {"type": "string"}},
            "filter": {"type": "string"},
            "body": {},
            "bodyBase64": {"type": "string", "contentEncoding": "base64"}
        }});
        let properties = properties(&schema, &[]);
        let matches = Command::new("run")
            .no_binary_name(true)
            .args(arguments(&properties, "Input", false, "c"))
            .try_get_matches_from(words)
            .unwrap();
        let read = |path: &str| match path {
            "there.json" => Ok(b"{\"from\":\"file\"}".to_vec()),
            "windows.json" => Ok(b"\xef\xbb\xbf{\"from\":\"file\"}".to_vec()),
            "filter.txt" => Ok(b"name eq 'A'\r\n".to_vec()),
            "names.txt" => Ok(b"a,b\nc\n".to_vec()),
            "picture" => Ok(b"\x89PNG\xff".to_vec()),
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
    fn a_file_may_stand_wherever_text_or_json_does() {
        for (words, input) in [
            (
                ["--filter", "@filter.txt"],
                json!({"filter": "name eq 'A'"}),
            ),
            (["--filter", "@@p1 eq 1"], json!({"filter": "@p1 eq 1"})),
            (
                ["--select", "@names.txt"],
                json!({"select": ["a", "b", "c"]}),
            ),
            (
                ["--data", "@windows.json"],
                json!({"data": {"from": "file"}}),
            ),
            (["--body", "@there.json"], json!({"body": {"from": "file"}})),
            (
                ["--body", "@filter.txt"],
                json!({"body": "name eq 'A'\r\n"}),
            ),
            (["--body", "@@me"], json!({"body": "@me"})),
            (
                ["--set", "x:=@windows.json"],
                json!({"values": {"x": {"from": "file"}}}),
            ),
            (["--set", "x=@@me"], json!({"values": {"x": "@me"}})),
        ] {
            assert_eq!(run(json!({}), &words), Ok(input), "{words:?}");
        }
        let fault = run(json!({}), &["--set", "x=@me"]).unwrap_err();
        assert!(fault.message.contains("x=@@me"), "{fault}");
        let fault = run(json!({}), &["--body", "@me"]).unwrap_err();
        assert!(fault.message.contains("@@me"), "{fault}");
    }

    #[test]
    fn bytes_go_where_bytes_are_taken() {
        let encoded = json!({"bodyBase64": "iVBOR/8="});
        assert_eq!(
            run(json!({}), &["--body-base64", "@picture"]),
            Ok(encoded.clone())
        );
        assert_eq!(run(json!({}), &["--body", "@picture"]), Ok(encoded));
        // What is text too goes as the bytes that it is where the content type says so.
        let header = "content-type=application/octet-stream";
        assert_eq!(
            run(json!({}), &["--body", "@windows.json", "--header", header]),
            Ok(json!({
                "headers": {"content-type": "application/octet-stream"},
                "bodyBase64": "77u/eyJmcm9tIjoiZmlsZSJ9"
            }))
        );
        let fault = run(json!({}), &["--set", "x=@picture"]).unwrap_err();
        assert!(fault.message.contains("is no text"), "{fault}");
        let both = ["--body", "@picture", "--body-base64", "AA=="];
        assert!(
            run(json!({}), &both)
                .unwrap_err()
                .message
                .contains("--body-base64")
        );
    }

    #[test]
    fn an_entry_given_twice_is_refused() {
        let fault = run(json!({}), &["--set", "a=x", "--set", "b=1", "--set", "a=y"]).unwrap_err();
        assert!(fault.message.contains("gives a twice"), "{fault}");
        // The document's own entry is no second one: flags lie over it.
        assert!(run(json!({"values": {"a": 1}}), &["--set", "a=y"]).is_ok());
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
