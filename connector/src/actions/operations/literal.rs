//! Values as the address of a function call spells them.

use serde_json::Value;

use crate::{
    actions::options::plain,
    operations::model::{Operations, TypeName, ValueType},
    webapi::literal::{encode_value, quote_for_url},
};

/// The literal of a value that has its declared type, encoded.
pub(super) fn literal(operations: &Operations, of: &TypeName, value: &Value) -> String {
    if of.many {
        return encode_value(&value.to_string());
    }
    let text = || plain(value);
    match operations.value_type(of) {
        ValueType::Text => quote_for_url(&text()),
        ValueType::Enumeration(name, _) => {
            format!("{}.{name}'{}'", operations.namespace, encode_value(&text()))
        }
        ValueType::Row(_) | ValueType::Complex(_) => encode_value(&value.to_string()),
        ValueType::Other(_) if value.is_object() || value.is_array() => {
            encode_value(&value.to_string())
        }
        _ => encode_value(&text()),
    }
}
