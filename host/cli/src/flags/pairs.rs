//! `name=value` as people type it for an object whose names are free: a row's columns, headers.

use airlock_forms::{Shape, guess};
use serde_json::Value;

/// One `name=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The entry's name.
    pub name: String,
    /// Its value, or where the value is.
    pub value: PairValue,
}

/// What stood right of the sign.
#[derive(Clone, Debug, PartialEq)]
pub enum PairValue {
    /// The value itself.
    Here(Value),
    /// `name=@file`: the file's content is the value, as text.
    TextFile(String),
    /// `name:=@file`: the file holds the value as JSON.
    JsonFile(String),
}

/// Reads `name=value` (type guessed), `name:=json`, `name=@file` or `name:=@file`; `name=@@x` is
/// the text `@x`. Quotes around a value are part of it. Where the schema fixes the members' shape, that shape decides instead of a guess.
pub fn parse(typed: &str, members: Option<&Shape>) -> Result<Pair, String> {
    let Some((name, value)) = typed.split_once('=') else {
        return Err(format!("expects name=value, not '{typed}'"));
    };
    let (name, json) = match name.strip_suffix(':') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if name.trim().is_empty() {
        return Err(format!("expects a name before the '=' in '{typed}'"));
    }
    let value = match (json, value.strip_prefix('@')) {
        (true, Some(path)) => PairValue::JsonFile(path.to_owned()),
        (true, None) => PairValue::Here(serde_json::from_str(value).map_err(|fault| {
            format!(
                "'{name}:=' expects JSON, and this is not: {fault}; \
                     a text is written {name}=TEXT, or {name}:='\"TEXT\"'"
            )
        })?),
        (false, Some(path)) if !path.starts_with('@') => PairValue::TextFile(path.to_owned()),
        (false, at) => PairValue::Here(plain(name, at.unwrap_or(value), members)?),
    };
    Ok(Pair {
        name: name.trim().to_owned(),
        value,
    })
}

fn plain(name: &str, typed: &str, members: Option<&Shape>) -> Result<Value, String> {
    match members {
        None | Some(Shape::Mixed { .. } | Shape::Json) => Ok(guess(typed)),
        Some(shape) => shape
            .parse(typed)
            .map_err(|fault| format!("{name} {fault}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_spelling_of_a_pair_is_understood() {
        let here = |value| PairValue::Here(value);
        for (typed, name, value) in [
            ("subject=Call back", "subject", here(json!("Call back"))),
            ("revenue=5000", "revenue", here(json!(5000))),
            ("donotemail=true", "donotemail", here(json!(true))),
            ("telephone1=0123", "telephone1", here(json!("0123"))),
            ("description=", "description", here(json!(""))),
            ("filter=a=b", "filter", here(json!("a=b"))),
            ("code:=\"5000\"", "code", here(json!("5000"))),
            ("title=\"Urgent\"", "title", here(json!("\"Urgent\""))),
            ("tags:=[1,2]", "tags", here(json!([1, 2]))),
            (
                "note=@note.txt",
                "note",
                PairValue::TextFile("note.txt".into()),
            ),
            (
                "body:=@b.json",
                "body",
                PairValue::JsonFile("b.json".into()),
            ),
            ("handle=@@airlock", "handle", here(json!("@airlock"))),
            (
                "primarycontactid@odata.bind=/contacts(1)",
                "primarycontactid@odata.bind",
                here(json!("/contacts(1)")),
            ),
        ] {
            let pair = parse(typed, None).unwrap();
            assert_eq!((pair.name.as_str(), pair.value), (name, value), "{typed}");
        }
    }

    #[test]
    fn a_fixed_member_shape_decides_instead_of_a_guess() {
        let pair = parse("x-count=5", Some(&Shape::Text)).unwrap();
        assert_eq!(pair.value, PairValue::Here(json!("5")));
        assert!(parse("retries=many", Some(&Shape::Number)).is_err());
    }

    #[test]
    fn what_is_no_pair_is_refused_with_what_would_be_right() {
        for (typed, part) in [
            ("subject", "expects name=value"),
            ("=x", "expects a name"),
            ("a:={broken", "expects JSON"),
        ] {
            let fault = parse(typed, None).unwrap_err();
            assert!(fault.contains(part), "{typed}: {fault}");
        }
    }
}
