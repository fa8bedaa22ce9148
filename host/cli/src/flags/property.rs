//! One property of an input schema, as a flag.

use super::facts;
use super::shape::{Shape, kebab};
use serde_json::Value;
use std::collections::BTreeSet;

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
/// `reserved`.
pub fn properties(schema: &Value, reserved: &[&str]) -> Vec<Property> {
    let mut taken: BTreeSet<String> = reserved.iter().map(|&name| name.to_owned()).collect();
    let required = names(schema, "required");
    let mut found: Vec<Property> = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, node)| read(schema, name, node, required.contains(&name.as_str())))
        .collect();
    let order = names(schema, "x-airlock-order");
    found.sort_by_key(|property| {
        let place = order.iter().position(|&name| name == property.name);
        (place.unwrap_or(usize::MAX), !property.required)
    });
    for property in &mut found {
        property.flag = unique(&property.flag, &mut taken);
    }
    for property in &mut found {
        let name = &property.name;
        let typeable = !name.starts_with('-') && !name.contains(['=', ' ']);
        if typeable && taken.insert(name.clone()) {
            property.alias = Some(name.clone());
        }
    }
    // Pair flags come last: `--set` gives way to a property that is itself called `set`.
    for property in &mut found {
        if let Some(pairs) = &mut property.pairs {
            let longer = format!("set-{}", property.flag);
            let wish = if taken.contains(&pairs.flag) {
                &longer
            } else {
                &pairs.flag
            };
            pairs.flag = unique(wish, &mut taken);
        }
    }
    found
}

fn names<'a>(schema: &'a Value, keyword: &str) -> Vec<&'a str> {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn unique(wish: &str, taken: &mut BTreeSet<String>) -> String {
    let mut flag = if wish.is_empty() {
        "value".to_owned()
    } else {
        wish.to_owned()
    };
    while !taken.insert(flag.clone()) {
        flag.insert_str(0, "input-");
    }
    flag
}

fn read(root: &Value, name: &str, node: &Value, required: bool) -> Property {
    let facts = facts::of(root, node);
    let pairs = facts.pairs.and_then(|mark| {
        let flag = match mark {
            Value::Bool(true) => "set".to_owned(),
            Value::String(flag) => kebab(flag),
            _ => return None,
        };
        Some(Pairs {
            flag,
            members: facts
                .members
                .map(|members| Shape::of(root, &facts::of(root, members))),
        })
    });
    Property {
        name: name.to_owned(),
        flag: kebab(name),
        alias: None,
        help: facts
            .description
            .or(facts.title)
            .unwrap_or_default()
            .to_owned(),
        shape: Shape::of(root, &facts),
        required,
        default: facts.default.filter(|value| !value.is_null()).cloned(),
        pairs,
        source: facts.source.and_then(source),
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
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::shape::Choice;
    use super::*;
    use serde_json::json;

    fn one(node: Value) -> Property {
        let schema = json!({
            "type": "object",
            "properties": { "it": node },
            "$defs": { "Method": { "type": "string", "enum": ["GET", "POST"], "description": "HTTP method" } }
        });
        properties(&schema, &[]).remove(0)
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
            (json!({"$ref": "#/$defs/Method"}), method(None)),
            (json!({"allOf": [{"$ref": "#/$defs/Method"}]}), method(None)),
            (
                json!({"anyOf": [{"const": "GET", "description": "Read"}, {"const": "POST", "description": "Read"}, {"type": "null"}]}),
                method(Some("Read")),
            ),
            (
                json!({"anyOf": [{"$ref": "#/$defs/Method"}, {"type": "string"}]}),
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
    fn a_schema_that_refers_to_itself_ends() {
        let schema = json!({
            "properties": {"tree": {"$ref": "#/$defs/Tree"}},
            "$defs": {"Tree": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]}}
        });
        assert_eq!(properties(&schema, &[]).len(), 1);
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
            [
                "input-next-page",
                "input-output",
                "next-page",
                "set",
                "values"
            ]
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
