//! JSON Schemas for people and flags, derived from the Rust types that are really read and
//! written.
//!
//! What `schemars` derives is exact; what a form wants is plain. So an optional property has the
//! type of its value and not also `null`, texts are one line, and the order of the properties,
//! which JSON forgets, is kept in `x-airlock-order`.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _, Visitor, value::Error as Stop},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value, json};

/// The schema of a type that is read: an input, a configuration, the settings.
#[must_use]
pub fn of<T: JsonSchema + DeserializeOwned>() -> Value {
    let mut schema = derive::<T>(SchemaSettings::draft2020_12().for_deserialize());
    let order: Vec<&str> = fields::<T>()
        .iter()
        .copied()
        // Aliases of a field stand beside it; the schema knows only its name.
        .filter(|name| schema.pointer(&format!("/properties/{name}")).is_some())
        .collect();
    if let Some(object) = schema.as_object_mut()
        && !order.is_empty()
    {
        object.insert("x-airlock-order".to_owned(), json!(order));
    }
    schema
}

/// The schema of a type that is written: an output.
#[must_use]
pub fn of_output<T: JsonSchema>() -> Value {
    derive::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn derive<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let settings = settings.with(|one| {
        one.inline_subschemas = true;
        one.meta_schema = None;
    });
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value();
    simplify(&mut schema);
    if let Some(root) = schema.as_object_mut() {
        // The type's own name and comment; the declaration says it for people.
        root.remove("title");
        root.remove("description");
    }
    schema
}

/// The names that `T` reads, in the order in which its fields are declared.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut found: &'static [&'static str] = &[];
    // A struct asks for its fields before it reads anything; then there is nothing left to do.
    let _: Result<T, Stop> = T::deserialize(FieldNames(&mut found));
    found
}

struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(Stop::custom("no value"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn simplify(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    not_null(object);
    one_line(object);
    // The widths of Rust's integers; `minimum` and `maximum` say what a caller needs to know.
    if object
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(is_width)
    {
        object.remove("format");
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(keyword) {
            simplify(inner);
        }
    }
    if let Some(variants) = object.get_mut("oneOf").and_then(Value::as_array_mut) {
        variants.iter_mut().for_each(simplify);
    }
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(simplify);
    }
}

fn is_width(format: &str) -> bool {
    matches!(
        format,
        "uint8" | "uint16" | "uint32" | "uint64" | "int32" | "int64" | "uint"
    )
}

/// `["string", "null"]` becomes `"string"`, `anyOf: [X, null]` becomes `X`.
fn not_null(object: &mut Map<String, Value>) {
    if let Some(types) = object.get("type").and_then(Value::as_array) {
        let real: Vec<&Value> = types.iter().filter(|one| *one != "null").collect();
        if let [only] = real.as_slice() {
            let only = (*only).clone();
            object.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(variants)) = object.get("anyOf") else {
        return;
    };
    let real: Vec<&Value> = variants
        .iter()
        .filter(|one| one["type"] != "null")
        .collect();
    if let [Value::Object(only)] = real.as_slice() {
        let only = only.clone();
        object.remove("anyOf");
        for (keyword, value) in only {
            object.entry(keyword).or_insert(value);
        }
    }
}

fn one_line(object: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Deserialize, Serialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    enum Shade {
        /// Little light.
        Dark,
        /// Much light.
        VeryLight,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Sample {
        /// What is
        /// asked first.
        which_table: String,
        /// How many.
        #[schemars(range(min = 1, max = 5000))]
        amount: Option<u32>,
        /// Which.
        shade: Option<Shade>,
        /// Some.
        also: Option<Vec<String>>,
    }

    #[test]
    fn a_schema_is_plain_enough_for_flags() {
        assert_eq!(
            of::<Sample>(),
            json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["which-table"],
                "x-airlock-order": ["which-table", "amount", "shade", "also"],
                "properties": {
                    "which-table": {"type": "string", "description": "What is asked first."},
                    "amount": {
                        "type": "integer", "description": "How many.", "minimum": 1, "maximum": 5000
                    },
                    "shade": {
                        "description": "Which.",
                        "oneOf": [
                            {"type": "string", "const": "dark", "description": "Little light."},
                            {"type": "string", "const": "very-light", "description": "Much light."},
                        ],
                    },
                    "also": {
                        "type": "array", "description": "Some.", "items": {"type": "string"}
                    },
                },
            })
        );
    }
}
