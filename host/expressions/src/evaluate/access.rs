//! Reading from a value: properties, elements, and paths with slashes. Part of [`super`].

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::fault::{FaultKind, Raise, Raised};
use crate::numbers::Number;
use crate::values;

/// `.name` and `['name']`.
pub(super) fn property<'c>(base: Cow<'c, Value>, name: &str, safe: bool) -> Raised<Cow<'c, Value>> {
    let found = match base {
        Cow::Borrowed(Value::Object(members)) => member(members, name).map(Cow::Borrowed),
        Cow::Owned(Value::Object(members)) => member(&members, name).cloned().map(Cow::Owned),
        other if other.is_null() && safe => None,
        other if other.is_null() => return Err(missing("that is null")),
        other => return Err(wrong(&other, "properties", "an object")),
    };
    match found {
        Some(value) => Ok(value),
        None if safe => Ok(Cow::Owned(Value::Null)),
        None => Err(missing("it has no such property")),
    }
}

/// `[index]`, with a number for a list and a text for an object.
pub(super) fn indexed<'c>(base: Cow<'c, Value>, key: &Value, safe: bool) -> Raised<Cow<'c, Value>> {
    if let Value::String(name) = key {
        return property(base, name, safe);
    }
    if base.is_null() {
        return match safe {
            true => Ok(base),
            false => Err(missing("that is null")),
        };
    }
    let Some(Number::Int(index)) = Number::read(key) else {
        let kind = values::kind(key);
        return Err(Raise::new(
            FaultKind::Type,
            format!("an index is a whole number or a text, and this is {kind}"),
        ));
    };
    let place = usize::try_from(index).ok();
    let found = match base {
        Cow::Borrowed(Value::Array(items)) => {
            place.and_then(|place| items.get(place)).map(Cow::Borrowed)
        }
        Cow::Owned(Value::Array(items)) => place
            .and_then(|place| items.into_iter().nth(place))
            .map(Cow::Owned),
        other => return Err(wrong(&other, "elements by number", "a list")),
    };
    match found {
        Some(value) => Ok(value),
        None if safe => Ok(Cow::Owned(Value::Null)),
        None => Err(missing(&format!(
            "the list has no element {index}, the first being 0"
        ))),
    }
}

/// A property by its name, exact or without regard to case; else by a path, where slashes lead into objects.
fn member<'v>(members: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if let Some(value) = exact(members, name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('/')?;
    match exact(members, first)? {
        Value::Object(inner) => member(inner, rest),
        _ => None,
    }
}

fn exact<'v>(members: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    members.get(name).or_else(|| {
        let folded = name.to_lowercase();
        members
            .iter()
            .find(|(key, _)| key.len() == name.len() && key.to_lowercase() == folded)
            .map(|(_, value)| value)
    })
}

fn missing(why: &str) -> Box<Raise> {
    Raise::new(FaultKind::Missing, why)
}

fn wrong(base: &Value, what: &str, of: &str) -> Box<Raise> {
    let kind = values::kind(base);
    Raise::new(
        FaultKind::Type,
        format!("{what} can be read from {of}, and this is {kind}"),
    )
}
