//! Small objects that many definitions contain: labels and managed properties.

use serde_json::{Value, json};

use crate::schema::Label;

/// A `Label`. Its texts are managed when what they name is.
pub(super) fn label(label: &Label, is_managed: bool) -> Value {
    let texts: Vec<Value> = label
        .localised()
        .map(|(language, text)| {
            json!({
                "Label": text, "LanguageCode": language, "IsManaged": is_managed, "MetadataId": null, "HasChanged": null,
            })
        })
        .collect();
    let of_user = texts.first().cloned().unwrap_or(Value::Null);
    json!({ "LocalizedLabels": texts, "UserLocalizedLabel": of_user })
}

/// A `BooleanManagedProperty`.
pub(super) fn managed(value: bool, can_be_changed: bool, name: &str) -> Value {
    json!({ "Value": value, "CanBeChanged": can_be_changed, "ManagedPropertyLogicalName": name })
}

/// The version of the solution that brought a definition: the first of this product line, or the maker's.
pub(super) fn introduced(is_custom: bool) -> &'static str {
    if is_custom { "1.0" } else { "5.0.0.0" }
}

/// Adds members to a document, in order.
macro_rules! members {
    ($document:expr, { $($name:literal : $value:expr),* $(,)? }) => {{
        $( $document.insert($name.to_owned(), serde_json::json!($value)); )*
    }};
}
pub(super) use members;
