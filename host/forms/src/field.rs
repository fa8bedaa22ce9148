//! A JSON Schema of an object as the fields of a form, in the order in which a person meets them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::facts;
use crate::shape::Shape;

/// One property of an input, as a form offers it. Its words are the connector's, as they stand: whoever
/// shows them makes them safe for the place where they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name in the input document.
    pub name: String,
    /// What it is; empty where the schema says nothing.
    pub help: String,
    /// How its value is typed.
    pub shape: Shape,
    /// The operation cannot run without it.
    pub required: bool,
    /// What the connector takes when it is left out.
    pub default: Option<Value>,
    /// It is filled entry by entry (`x-airlock-pairs`).
    pub entries: Option<Entries>,
    /// The drop-down that lists its legal values (`x-airlock-choices`).
    pub source: Option<String>,
    /// Once it is filled in, the connector has more to say of the others.
    pub refines: bool,
    /// Kept for old callers only.
    pub deprecated: bool,
    /// Rarely needed: a form hides it at first.
    pub advanced: bool,
    /// The names that an object is known to have, such as a table's columns once the table is chosen.
    pub known: Vec<Field>,
}

/// How an object with free names is filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries {
    /// What one entry is called; nothing where it has no name of its own.
    pub called: Option<String>,
    /// Shape of every value, where the schema fixes one.
    pub members: Option<Shape>,
}

/// The fields of `schema` in the order of its `x-airlock-order`, the others behind with the required
/// ones first.
///
/// ```
/// use airlock_forms::{Shape, fields};
/// use serde_json::json;
///
/// let schema = json!({
///     "properties": {"top": {"type": "integer", "minimum": 1}, "table": {"type": "string"}},
///     "required": ["table"],
/// });
/// let form = fields(&schema);
/// assert_eq!(form[0].name, "table");
/// assert_eq!(form[1].shape.parse("50"), Ok(json!(50)));
/// assert!(form[1].shape.parse("0").is_err());
/// # assert_eq!(form[0].shape, Shape::Text);
/// ```
#[must_use]
pub fn fields(schema: &Value) -> Vec<Field> {
    let required: HashSet<&str> = names(schema, "required").collect();
    let mut found: Vec<Field> = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, node)| read(name, node, required.contains(name.as_str())))
        .collect();
    let order: HashMap<&str, usize> = names(schema, "x-airlock-order").zip(0..).collect();
    found.sort_by_key(|field| {
        let place = order.get(field.name.as_str()).copied();
        (place.unwrap_or(usize::MAX), !field.required)
    });
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

fn read(name: &str, node: &Value, required: bool) -> Field {
    let facts = facts::of(node);
    let entries = facts.pairs.and_then(|mark| {
        let called = match mark {
            Value::Bool(true) => None,
            Value::String(called) => Some(called.clone()),
            _ => return None,
        };
        Some(Entries {
            called,
            members: facts.members.map(|members| Shape::of(&facts::of(members))),
        })
    });
    Field {
        name: name.to_owned(),
        help: facts
            .description
            .or(facts.title)
            .unwrap_or_default()
            .to_owned(),
        shape: Shape::of(&facts),
        required,
        default: facts.default.filter(|value| !value.is_null()).cloned(),
        entries,
        source: facts.source.and_then(source),
        refines: facts.refines,
        deprecated: facts.deprecated,
        advanced: facts.advanced,
        known: fields(node),
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
    use super::*;
    use crate::enum_value::EnumValue;
    use serde_json::json;

    fn one(node: Value) -> Field {
        fields(&json!({"properties": { "it": node }})).remove(0)
    }

    #[test]
    fn every_schema_form_has_its_shape() {
        let text_list = Shape::List(Box::new(Shape::Text));
        let method = |help: Option<&str>| {
            let choice = |value| EnumValue {
                value: json!(value),
                help: help.map(str::to_owned),
            };
            Shape::Enum(["GET", "POST"].map(choice).to_vec())
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
        let field = one(json!({"description": "How", "oneOf": [
            {"const": "fail", "description": "Stop"}, {"const": "skip", "description": "Go on"}
        ]}));
        let Shape::Enum(choices) = field.shape else {
            panic!("{:?}", field.shape)
        };
        assert_eq!(field.help, "How");
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
        let shapes: Vec<Shape> = fields(&schema).into_iter().map(|p| p.shape).collect();
        assert_eq!(
            shapes,
            [Shape::List(Box::new(any.clone())), any.clone(), any]
        );
    }

    #[test]
    fn fields_come_in_the_connectors_order_then_required_ones_first() {
        let schema = json!({
            "properties": {"a": {}, "b": {}, "y": {}, "z": {}},
            "required": ["z"],
            "x-airlock-order": ["y", "b"]
        });
        let found = fields(&schema);
        let names: Vec<&str> = found.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["y", "b", "z", "a"]);
    }
}
