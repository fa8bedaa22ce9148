//! The facts of a schema node that decide how its value is typed.
//!
//! `allOf`, `anyOf` and `oneOf` are folded into one flat answer; what the fold cannot express
//! (conditionals, tuples) is left to the connector, which judges every input anyway. The contract has
//! no `$ref`, and none is followed: a schema is a tree as deep and as large as its text, and reading it
//! takes no longer than that.

use super::enum_value::EnumValue;
use serde_json::{Map, Value};

/// What a node says.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) text: bool,
    pub(super) integer: bool,
    pub(super) number: bool,
    pub(super) boolean: bool,
    pub(super) list: bool,
    pub(super) object: bool,
    /// The values named by `enum`, `const` or a `oneOf` of constants.
    pub(super) choices: Vec<EnumValue>,
    /// Besides the choices, other values are legal too.
    pub(super) open: bool,
    pub(super) items: Option<&'a Value>,
    /// Schema of the values of an object whose names are free.
    pub(super) members: Option<&'a Value>,
    pub(super) title: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) default: Option<&'a Value>,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) deprecated: bool,
    /// Keyword `x-airlock-advanced`.
    pub(super) advanced: bool,
    /// Keyword `x-airlock-pairs`.
    pub(super) pairs: Option<&'a Value>,
    /// Keyword `x-airlock-choices`.
    pub(super) source: Option<&'a Value>,
    /// Keyword `x-airlock-refine`.
    pub(super) refines: bool,
    /// The text stands for bytes: keyword `contentEncoding: base64`.
    pub(super) bytes: bool,
}

/// Reads `node`.
pub(super) fn of(node: &Value) -> Facts<'_> {
    let mut facts = Facts::default();
    fold(node, &mut facts);
    if facts.choices.is_empty() {
        facts.open = true;
    }
    facts
}

fn fold<'a>(node: &'a Value, facts: &mut Facts<'a>) {
    let Some(node) = node.as_object() else { return };
    annotations(node, facts);
    for part in list(node, "allOf") {
        fold(part, facts);
    }
    let named = values(node, facts);
    kinds(node, facts, named);
    for variant in list(node, "anyOf").chain(list(node, "oneOf")) {
        alternative(variant, facts);
    }
}

/// One of several forms that a value may have: its words describe the form, not the property.
fn alternative<'a>(variant: &'a Value, facts: &mut Facts<'a>) {
    let mut own = Facts::default();
    fold(variant, &mut own);
    // A constant's own words describe it; those of a list of constants describe the list.
    let described = own.description.filter(|_| own.choices.len() == 1);
    let null = variant.get("type").and_then(Value::as_str) == Some("null");
    if own.choices.is_empty() {
        facts.open |= !null;
    } else {
        facts.open |= own.open;
        facts
            .choices
            .extend(own.choices.into_iter().map(|mut choice| {
                choice.help = choice.help.or_else(|| described.map(str::to_owned));
                choice
            }));
    }
    facts.text |= own.text;
    facts.integer |= own.integer;
    facts.number |= own.number;
    facts.boolean |= own.boolean;
    facts.list |= own.list;
    facts.object |= own.object;
    facts.items = facts.items.or(own.items);
    facts.members = facts.members.or(own.members);
    facts.minimum = facts.minimum.or(own.minimum);
    facts.maximum = facts.maximum.or(own.maximum);
    facts.default = facts.default.or(own.default);
    facts.pairs = facts.pairs.or(own.pairs);
    facts.source = facts.source.or(own.source);
    facts.bytes |= own.bytes;
}

/// Words and bounds: the outermost node wins, it is the one written for this property.
fn annotations<'a>(node: &'a Map<String, Value>, facts: &mut Facts<'a>) {
    let text = |key: &str| node.get(key).and_then(Value::as_str);
    facts.title = facts.title.or(text("title"));
    facts.description = facts.description.or(text("description"));
    facts.default = facts.default.or(node.get("default"));
    let bound = |key: &str| node.get(key).and_then(Value::as_f64);
    facts.minimum = facts.minimum.or(bound("minimum"));
    facts.maximum = facts.maximum.or(bound("maximum"));
    let marked = |key: &str| node.get(key).and_then(Value::as_bool) == Some(true);
    facts.deprecated |= marked("deprecated");
    facts.advanced |= marked("x-airlock-advanced");
    facts.refines |= marked("x-airlock-refine");
    facts.pairs = facts.pairs.or(node.get("x-airlock-pairs"));
    facts.source = facts.source.or(node.get("x-airlock-choices"));
    facts.bytes |= node.get("contentEncoding").and_then(Value::as_str) == Some("base64");
}

/// Takes the constants that the node names; true when it names any.
fn values(node: &Map<String, Value>, facts: &mut Facts<'_>) -> bool {
    let constant = node.get("const");
    let mut named = false;
    for value in list(node, "enum").chain(constant) {
        named = true;
        match value {
            Value::Null => continue,
            Value::String(_) => facts.text = true,
            Value::Bool(_) => facts.boolean = true,
            Value::Number(number) if number.is_f64() => facts.number = true,
            Value::Number(_) => facts.integer = true,
            Value::Array(_) => facts.list = true,
            Value::Object(_) => facts.object = true,
        }
        facts.choices.push(EnumValue {
            value: value.clone(),
            help: constant
                .and_then(|_| node.get("description").or_else(|| node.get("title")))
                .and_then(Value::as_str)
                .map(str::to_owned),
        });
    }
    named
}

fn kinds<'a>(node: &'a Map<String, Value>, facts: &mut Facts<'a>, named: bool) {
    let single = node.get("type").filter(|value| value.is_string());
    for kind in list(node, "type").chain(single).filter_map(Value::as_str) {
        match kind {
            "string" => facts.text = true,
            "integer" => facts.integer = true,
            "number" => facts.number = true,
            "boolean" => facts.boolean = true,
            "array" => facts.list = true,
            "object" => facts.object = true,
            _ => continue,
        }
        // `type` beside `enum` narrows the same values; alone it allows every value of the type.
        facts.open |= !named;
    }
    facts.items = facts.items.or(node.get("items"));
    facts.list |= node.contains_key("items");
    facts.object |= node.contains_key("properties");
    facts.members = facts
        .members
        .or_else(|| node.get("additionalProperties").filter(|v| v.is_object()));
}

fn list<'a>(node: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    node.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
