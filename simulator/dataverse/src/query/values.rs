//! Values of query options that stand alone and inside `$expand` alike.
//!
//! Layer: query, pure.

use super::syntax::SyntaxError;

/// The names of a `$select`; `None` for `*` and for nothing.
pub fn select(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    (!names.is_empty() && !names.iter().any(|name| name == "*")).then_some(names)
}

/// Reads a `$top` value.
pub fn top(text: &str) -> Result<u32, SyntaxError> {
    text.parse().map_err(|_| {
        SyntaxError::new(format!(
            "Invalid value '{text}' for $top query option found. The $top query option requires a non-negative integer \
             value."
        ))
    })
}
