//! The schemas of an operation, out of its action's.

use serde_json::{Map, Value, json};

use super::table::{Answer, Key, Means, Operation};

/// The schema of an operation's input, where `action` is that of its action.
#[must_use]
pub fn input(operation: &Operation, action: &Value) -> Value {
    let mut properties = Map::new();
    let mut patterns = Map::new();
    for key in operation.keys {
        properties.insert(key.name.to_owned(), property(key, action));
        if let Means::Members(..) = key.means {
            patterns.insert(format!("^{}/", key.name), json!({}));
        }
    }
    let names =
        |keys: &mut dyn Iterator<Item = &Key>| -> Vec<&str> { keys.map(|key| key.name).collect() };
    let mut schema = json!({
        "type": "object",
        "additionalProperties": false,
        "required": names(&mut operation.keys.iter().filter(|key| key.required)),
        "x-airlock-order": names(&mut operation.keys.iter()),
        "properties": properties,
    });
    if let Some(object) = schema.as_object_mut() {
        if !patterns.is_empty() {
            object.insert("patternProperties".to_owned(), Value::Object(patterns));
        }
        let examples: Vec<Value> = operation
            .examples
            .iter()
            .filter_map(|example| serde_json::from_str(example).ok())
            .collect();
        if !examples.is_empty() {
            object.insert("examples".to_owned(), Value::Array(examples));
        }
    }
    schema
}

fn property(key: &Key, action: &Value) -> Value {
    let of = |field: &str| {
        let found = action.get("properties").and_then(|all| all.get(field));
        found
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    // A text in place of the action's list keeps what a form knows of the list's items.
    let text = |mut property: Map<String, Value>| {
        property.retain(|keyword, _| keyword.starts_with("x-airlock") || keyword == "description");
        property.insert("type".to_owned(), json!("string"));
        property
    };
    let said = |schema: Value| schema.as_object().cloned().unwrap_or_default();
    let mut property = match key.means {
        Means::Same(field)
        | Means::Number(field)
        | Means::Switch(field)
        | Means::Names(field)
        | Means::Members(field)
        | Means::Pairs(field)
        | Means::Lists(field) => of(field),
        Means::Commas(field) | Means::One(field) => text(of(field)),
        Means::Words(words) => {
            let field = words.first().and_then(|word| word.sets.first());
            let mut property = text(field.map(|(field, _)| of(field)).unwrap_or_default());
            let words: Vec<&str> = words.iter().map(|word| word.word).collect();
            property.insert("enum".to_owned(), json!(words));
            property
        }
        Means::Within(..) | Means::Unescaped(..) => said(json!({"type": "string"})),
        Means::Each(field, ..) => {
            let mut property = of(field);
            property.insert("items".to_owned(), json!({"type": "object"}));
            property
        }
        Means::Blocks { .. } => said(json!({"type": "object"})),
        Means::Place => said(json!({
            "type": "string",
            "description": "Which organisation: it has to be the connection's own.",
        })),
        Means::Nothing => said(json!({
            "description": "Accepted; what it asks for is so anyway.",
            "x-airlock-advanced": true,
        })),
    };
    if let Some(about) = key.about {
        property.insert("description".to_owned(), json!(about));
    }
    if let Some(default) = key.default.and_then(|json| serde_json::from_str(json).ok()) {
        property.insert("default".to_owned(), default);
    }
    Value::Object(property)
}

/// The schema of an operation's answer, where `action` is that of its action.
#[must_use]
pub fn output(operation: &Operation, action: &Value) -> Value {
    let of = |field: &str| {
        action
            .get("properties")
            .and_then(|all| all.get(field))
            .cloned()
            .unwrap_or_else(|| json!({}))
    };
    match operation.gives {
        Answer::Nothing => json!({"type": "null"}),
        Answer::Field(field) | Answer::Row(field, _) => of(field),
        Answer::Object(parts) => {
            let properties: Map<String, Value> = parts
                .iter()
                .map(|part| match part.name.split_once('/') {
                    Some((head, _)) => (head.to_owned(), json!({"type": "object"})),
                    None => (part.name.to_owned(), of(part.from)),
                })
                .collect();
            json!({"type": "object", "properties": properties})
        }
        Answer::Items(..) => json!({"type": "array", "items": {"type": "object"}}),
        Answer::Named(..) => json!({"type": "object"}),
    }
}
