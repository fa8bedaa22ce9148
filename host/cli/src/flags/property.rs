//! One property of an input schema, as a flag.

use super::facts;
use super::shape::{Shape, kebab};
use crate::output::{clean, clean_lines};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A property and the flag that sets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Name in the input document.
    pub name: String,
    /// Flag, without the dashes. Unique among the action's and the command's own flags.
    pub flag: String,
    /// The document's own spelling of the name, where that works as a flag too: an example in JSON
    /// can then be typed as it stands.
    pub alias: Option<String>,
    /// What it is, in the connector's words.
    pub help: String,
    /// How its value is typed.
    pub shape: Shape,
    /// The action cannot run without it.
    pub required: bool,
    /// What the connector takes when it is left out.
    pub default: Option<Value>,
    /// The flag that sets one entry of it, `--set name=value`, for properties marked
    /// `x-airlock-pairs`.
    pub pairs: Option<Pairs>,
    /// The drop-down that lists its legal values (`airlock choices CONNECTION SOURCE`).
    pub source: Option<String>,
    /// Once it is filled in, the connector has more to say of the others.
    pub refines: bool,
    /// Kept for old callers only.
    pub deprecated: bool,
    /// Rarely needed: the short help leaves it out.
    pub advanced: bool,
    /// The names that an object is known to have, such as a table's columns once the table is
    /// chosen.
    pub known: Vec<Property>,
}

/// How one entry of an object with free names is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    /// Flag, without the dashes.
    pub flag: String,
    /// Shape of every value, where the schema fixes one.
    pub members: Option<Shape>,
}

impl Property {
    /// The argument id under which clap keeps what was typed for the property itself.
    pub(super) fn id(&self) -> String {
        format!("input:{}", self.name)
    }

    /// The argument id of its `--set`.
    pub(super) fn pairs_id(&self) -> String {
        format!("pairs:{}", self.name)
    }
}

/// The properties of `schema` in the order of its `x-airlock-order`, the others behind with the
/// required ones first, and with flags that differ from each other and from every name in
/// `reserved`. Words for people are cleaned: they are the connector's, and go to a terminal.
pub fn properties(schema: &Value, reserved: &[&str]) -> Vec<Property> {
    let mut taken = Taken::new(reserved);
    let required: HashSet<&str> = names(schema, "required").collect();
    let mut found: Vec<Property> = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, node)| read(name, node, required.contains(name.as_str())))
        .collect();
    let order: HashMap<&str, usize> = names(schema, "x-airlock-order").zip(0..).collect();
    found.sort_by_key(|property| {
        let place = order.get(property.name.as_str()).copied();
        (place.unwrap_or(usize::MAX), !property.required)
    });
    for property in &mut found {
        property.flag = taken.unique(&property.flag);
    }
    for property in &mut found {
        let name = &property.name;
        let typeable = !name.starts_with('-') && !name.contains(['=', ' ']) && clean(name) == *name;
        if typeable && taken.names.insert(name.clone()) {
            property.alias = Some(name.clone());
        }
    }
    // Pair flags come last: `--set` gives way to a property that is itself called `set`.
    for property in &mut found {
        if let Some(pairs) = &mut property.pairs {
            let longer = format!("set-{}", property.flag);
            let wish = if taken.names.contains(&pairs.flag) {
                &longer
            } else {
                &pairs.flag
            };
            pairs.flag = taken.unique(wish);
        }
    }
    found
}

fn names<'a>(schema: &'a Value, keyword: &str) -> impl Iterator<Item = &'a str> {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// The flags that are given away.
struct Taken {
    names: HashSet<String>,
    reserved: HashSet<String>,
    /// The last number behind each flag that several wanted. Counting goes on from there: a schema may
    /// have any number of names that make one flag.
    numbers: HashMap<String, u32>,
}

impl Taken {
    fn new(reserved: &[&str]) -> Self {
        let reserved: HashSet<String> = reserved.iter().map(|&name| name.to_owned()).collect();
        Self {
            names: reserved.clone(),
            reserved,
            numbers: HashMap::new(),
        }
    }

    /// `wish`; `input-wish` where the command has a flag of that name itself; with a number behind it
    /// where another property has it.
    fn unique(&mut self, wish: &str) -> String {
        let wish = match wish {
            "" => "value".to_owned(),
            wish if self.reserved.contains(wish) => format!("input-{wish}"),
            wish => wish.to_owned(),
        };
        if self.names.insert(wish.clone()) {
            return wish;
        }
        let number = self.numbers.entry(wish.clone()).or_insert(1);
        loop {
            *number += 1;
            let flag = format!("{wish}-{number}");
            if self.names.insert(flag.clone()) {
                return flag;
            }
        }
    }
}

fn read(name: &str, node: &Value, required: bool) -> Property {
    let facts = facts::of(node);
    let pairs = facts.pairs.and_then(|mark| {
        let flag = match mark {
            Value::Bool(true) => "set".to_owned(),
            Value::String(flag) => kebab(flag),
            _ => return None,
        };
        Some(Pairs {
            flag,
            members: facts.members.map(|members| Shape::of(&facts::of(members))),
        })
    });
    Property {
        name: name.to_owned(),
        flag: kebab(name),
        alias: None,
        help: clean_lines(facts.description.or(facts.title).unwrap_or_default()),
        shape: Shape::of(&facts),
        required,
        default: facts.default.filter(|value| !value.is_null()).cloned(),
        pairs,
        source: facts.source.and_then(source),
        refines: facts.refines,
        deprecated: facts.deprecated,
        advanced: facts.advanced,
        known: match node.get("properties") {
            Some(_) => properties(node, &[]),
            None => Vec::new(),
        },
    }
}

/// `x-airlock-choices` is the source's name, or an object that holds it under `source`.
fn source(mark: &Value) -> Option<String> {
    mark.as_str()
        .or_else(|| mark.get("source").and_then(Value::as_str))
        .map(clean)
}

#[cfg(test)]
mod tests {
    use super::super::choice::Choice;
    use super::*;
    use serde_json::json;

    fn one(node: Value) -> Property {
        properties(&json!({"properties": { "it": node }}), &[]).remove(0)
    }

    #[test]
    fn every_schema_form_has_its_shape() {
        let text_list = Shape::List(Box::new(Shape::Text));
        let method = |help: Option<&str>| {
            let choice = |value| Choice {
                value: json!(value),
                help: help.map(str::to_owned),
            };
            Shape::Choice(["GET", "POST"].map(choice).to_vec())
        };
        for (node, shape) in [
            (json!({"type": "string"}), Shape::Text),
            (json!({"type": ["string", "null"]}), Shape::Text),
            (
                json!({"type": ["integer", "null"], "minimum": 0, "maximum": 9}),
                Shape::Integer {
                    min: Some(0.0),
                    max: Some(9.0),
                },
            ),
            (json!({"type": "number"}), Shape::Number),
            (json!({"type": "boolean"}), Shape::Boolean),
            (
                json!({"type": "array", "items": {"type": "string"}}),
                text_list.clone(),
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
                text_list,
            ),
            (json!({"type": "object"}), Shape::Json),
            (
                json!({"type": "string", "enum": ["GET", "POST"]}),
                method(None),
            ),
            (json!({"allOf": [{"enum": ["GET", "POST"]}]}), method(None)),
            (
                json!({"type": "string", "contentEncoding": "base64"}),
                Shape::Bytes,
            ),
            (
                json!({"anyOf": [{"const": "GET", "description": "Read"}, {"const": "POST", "description": "Read"}, {"type": "null"}]}),
                method(Some("Read")),
            ),
            (
                json!({"anyOf": [{"enum": ["GET", "POST"]}, {"type": "string"}]}),
                Shape::Text,
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "object"}]}),
                Shape::Mixed { text: true },
            ),
            (json!({}), Shape::Mixed { text: true }),
            (json!(true), Shape::Mixed { text: true }),
        ] {
            assert_eq!(one(node.clone()).shape, shape, "{node}");
        }
    }

    #[test]
    fn constants_with_words_of_their_own_keep_them() {
        let property = one(json!({"description": "How", "oneOf": [
            {"const": "fail", "description": "Stop"}, {"const": "skip", "description": "Go on"}
        ]}));
        let Shape::Choice(choices) = property.shape else {
            panic!("{:?}", property.shape)
        };
        assert_eq!(property.help, "How");
        assert_eq!(choices[1].help.as_deref(), Some("Go on"));
    }

    #[test]
    fn a_schema_that_refers_to_itself_is_text_or_json() {
        let fork: Vec<Value> = (0..32).map(|_| json!({"$ref": "#/$defs/A"})).collect();
        let schema = json!({
            "properties": {
                "items": {"type": "array", "items": {"$ref": "#/$defs/A"}},
                "fork": {"anyOf": fork},
                "whole": {"$ref": "#"}
            },
            "$defs": {"A": {"type": "array", "items": {"$ref": "#/$defs/A"}}}
        });
        let any = Shape::Mixed { text: true };
        let shapes: Vec<Shape> = properties(&schema, &[])
            .into_iter()
            .map(|p| p.shape)
            .collect();
        assert_eq!(
            shapes,
            [Shape::List(Box::new(any.clone())), any.clone(), any]
        );
    }

    #[test]
    fn any_number_of_names_may_wish_for_one_flag() {
        let names = (0..20_000).map(|n| format!("a{n:015b}").replace('0', "_").replace('1', "-"));
        let properties_of = names.map(|name| (name, json!({})));
        let schema = json!({"properties": properties_of.collect::<serde_json::Map<_, _>>()});
        let found = properties(&schema, &[]);
        let flags: HashSet<&str> = found.iter().map(|p| p.flag.as_str()).collect();
        assert_eq!((found.len(), flags.len()), (20_000, 20_000));
        assert!(flags.contains("a") && flags.contains("a-20000"));
    }

    #[test]
    fn a_connectors_words_cannot_drive_the_terminal() {
        let property =
            one(json!({"description": "a\u{1b}[2Jb\nc\u{202e}", "x-airlock-choices": "t\u{9b}"}));
        assert_eq!(property.help, "a·[2Jb\nc·");
        assert_eq!(property.source.as_deref(), Some("t·"));
        let schema = json!({"properties": {"a\u{1b}b": {}}});
        let property = properties(&schema, &[]).remove(0);
        assert_eq!((property.flag.as_str(), property.alias), ("a-b", None));
    }

    #[test]
    fn flags_avoid_each_other_and_the_commands_own() {
        let schema = json!({"properties": {
            "output": {"type": "string"},
            "nextPage": {"type": "string"},
            "next_page": {"type": "string"},
            "set": {"type": "boolean"},
            "values": {"type": "object", "x-airlock-pairs": true}
        }});
        let found = properties(&schema, &["output"]);
        let mut flags: Vec<&str> = found.iter().map(|p| p.flag.as_str()).collect();
        flags.sort_unstable();
        assert_eq!(
            flags,
            ["input-output", "next-page", "next-page-2", "set", "values"]
        );
        let pairs = found.iter().find_map(|p| p.pairs.as_ref()).unwrap();
        assert_eq!(pairs.flag, "set-values");
    }

    #[test]
    fn the_documents_own_spelling_works_unless_it_is_taken() {
        let schema = json!({"properties": {"output": {}, "nextPage": {}, "table": {}}});
        let aliases: Vec<Option<String>> = properties(&schema, &["output"])
            .into_iter()
            .map(|property| property.alias)
            .collect();
        assert_eq!(aliases, [None, Some("nextPage".to_owned()), None]);
    }

    #[test]
    fn properties_come_in_the_connectors_order_then_required_ones_first() {
        let schema = json!({
            "properties": {"a": {}, "b": {}, "y": {}, "z": {}},
            "required": ["z"],
            "x-airlock-order": ["y", "b"]
        });
        let found = properties(&schema, &[]);
        let names: Vec<&str> = found
            .iter()
            .map(|property| property.name.as_str())
            .collect();
        assert_eq!(names, ["y", "b", "z", "a"]);
    }

    #[test]
    fn a_pairs_mark_may_name_its_own_flag() {
        let property = one(json!({
            "type": "object", "x-airlock-pairs": "header",
            "additionalProperties": {"type": "string"}
        }));
        assert_eq!(
            property.pairs,
            Some(Pairs {
                flag: "header".into(),
                members: Some(Shape::Text)
            })
        );
    }
}
