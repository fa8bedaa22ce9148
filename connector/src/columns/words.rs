//! How values are spoken of in messages.

use serde_json::Value;

/// Longest value that a message repeats.
const SHOWN: usize = 60;

/// The value as a message shows it.
pub(crate) fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => format!("`{text}`"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => format!("`{other}`"),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…`", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// `a, b or c`.
pub(crate) fn any_of<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}
