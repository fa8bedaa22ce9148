//! Forms and multipart bodies, of an action or of the trigger. Part of [`super`].

use std::borrow::Cow;

use serde_json::Value;

use super::{Arguments, workflow};
use crate::environment::Datum;
use crate::fault::Raised;
use crate::values;

/// Where a body is looked for, and at which place the key stands among the arguments.
type Source = (
    for<'c> fn(&mut Arguments<'_, 'c>) -> Raised<Datum<'c>>,
    usize,
);

const ACTION: Source = (workflow::body, 1);
const TRIGGER: Source = (workflow::trigger_body, 0);

/// Names and values of a form, decoded by whoever received it, or still encoded.
fn pairs(arguments: &mut Arguments<'_, '_>, source: Source) -> Raised<Vec<(String, String)>> {
    let body = source.0(arguments)?.json;
    if let Some(decoded) = body.get("$formdata").and_then(Value::as_array) {
        let text = |pair: &Value, member: &str| {
            pair.get(member).and_then(Value::as_str).map(str::to_owned)
        };
        return decoded
            .iter()
            .map(|pair| Some((text(pair, "key")?, text(pair, "value")?)))
            .collect::<Option<_>>()
            .ok_or_else(|| arguments.bad(0, "names a form whose pairs have no `key` and `value`"));
    }
    let content = match &*body {
        Value::String(text) => Cow::Borrowed(text.as_bytes()),
        value => match values::content(value) {
            Some(content) => {
                let content = content?;
                if !content
                    .media_type
                    .to_ascii_lowercase()
                    .starts_with("application/x-www-form-urlencoded")
                {
                    return Err(arguments.bad(
                        0,
                        format!(
                            "names a body of the type '{}', which is no form",
                            content.media_type
                        ),
                    ));
                }
                Cow::Owned(content.bytes)
            }
            None => return Err(arguments.bad(0, "names a body that is no form")),
        },
    };
    Ok(form_urlencoded::parse(&content).into_owned().collect())
}

fn all(arguments: &mut Arguments<'_, '_>, source: Source) -> Raised<Vec<Value>> {
    let key = arguments.text(source.1)?.to_owned();
    let pairs = pairs(arguments, source)?;
    Ok(pairs
        .into_iter()
        .filter(|(name, _)| *name == key)
        .map(|(_, value)| value.into())
        .collect())
}

fn one<'c>(arguments: &mut Arguments<'_, 'c>, source: Source) -> Raised<Datum<'c>> {
    let mut values = all(arguments, source)?;
    match values.len() {
        0 => Err(arguments.bad(source.1, "is no key of the form")),
        1 => Ok(values.pop().unwrap_or_default().into()),
        count => Err(arguments.bad(
            source.1,
            format!("has {count} values in the form; the function with MultiValues gives all"),
        )),
    }
}

fn indexed<'c>(arguments: &mut Arguments<'_, 'c>, source: Source) -> Raised<Datum<'c>> {
    let index = arguments.count(source.1)?;
    let body = source.0(arguments)?.json;
    let Some(parts) = body.get("$multipart").and_then(Value::as_array) else {
        return Err(arguments.bad(0, "names a body that has no parts"));
    };
    match parts.get(index) {
        Some(part) => Ok(part.get("body").cloned().unwrap_or_default().into()),
        None => Err(arguments.bad(
            source.1,
            format!("is {index}, and the body has {} parts", parts.len()),
        )),
    }
}

pub(super) fn value<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    one(arguments, ACTION)
}

pub(super) fn values<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(all(arguments, ACTION)?.into())
}

pub(super) fn part<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    indexed(arguments, ACTION)
}

pub(super) fn trigger_value<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    one(arguments, TRIGGER)
}

pub(super) fn trigger_values<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(all(arguments, TRIGGER)?.into())
}

pub(super) fn trigger_part<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    indexed(arguments, TRIGGER)
}
