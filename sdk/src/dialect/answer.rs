//! An action's answer as another system gives it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, value::RawValue};

use super::{
    rows::{self, Lists},
    table::{Answer, Operation, Part},
    values::{blank, written},
};
use crate::Error;

/// Fields whose values stay as they were written.
type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// The kinds of thing of which the answer has to say what their list is called.
///
/// # Errors
/// As [`answered`].
pub(crate) fn kinds(operation: &Operation, answer: &str) -> Result<Lists, Error> {
    let mut found = Lists::new();
    match operation.gives {
        Answer::Row(name, shape) => {
            let fields: Fields<'_> = read(answer)?;
            if let Some(row) = fields.get(name) {
                rows::kinds(row, shape, &mut found);
            }
        }
        Answer::Object(parts) if parts.iter().any(|part| part.rows.is_some()) => {
            let fields: Fields<'_> = read(answer)?;
            for part in parts {
                let Some((shape, list)) = part.rows.zip(fields.get(part.from)) else {
                    continue;
                };
                let list: Vec<&RawValue> = read(list.get())?;
                list.into_iter()
                    .for_each(|row| rows::kinds(row, shape, &mut found));
            }
        }
        _ => {}
    }
    Ok(found)
}

/// `answer` of the action as the operation's own; `given` is what was written for it, `lists` what
/// lists of things are called.
///
/// # Errors
/// [`Error::Internal`] where the action did not answer an object, which is a defect.
pub(crate) fn answered(
    operation: &Operation,
    given: &Map<String, Value>,
    answer: &str,
    lists: &Lists,
) -> Result<String, Error> {
    let fields: Fields<'_> = read(answer)?;
    match operation.gives {
        Answer::Row(name, shape) => Ok(fields
            .get(name)
            .map_or_else(|| "null".to_owned(), |row| rows::shaped(row, shape, lists))),
        Answer::Nothing => Ok("null".to_owned()),
        Answer::Field(name) => Ok(text_of(&fields, name, "null")),
        Answer::Object(parts) => object(parts, given, &fields, lists),
        Answer::Items(list, name) => {
            let items: Vec<Fields<'_>> = items(&fields, list)?;
            let items: Vec<String> = items.iter().map(|item| text_of(item, name, "{}")).collect();
            Ok(format!("[{}]", items.join(",")))
        }
        Answer::Named(list, key, name) => {
            let items: Vec<Fields<'_>> = items(&fields, list)?;
            let members: Vec<String> = items
                .iter()
                .map(|item| {
                    format!(
                        "{}:{}",
                        text_of(item, key, "\"\""),
                        text_of(item, name, "null")
                    )
                })
                .collect();
            Ok(format!("{{{}}}", members.join(",")))
        }
    }
}

fn read<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Internal(error.to_string()))
}

fn items<'a>(fields: &Fields<'a>, list: &str) -> Result<Vec<Fields<'a>>, Error> {
    fields
        .get(list)
        .map_or(Ok(Vec::new()), |list| read(list.get()))
}

fn text_of(fields: &Fields<'_>, name: &str, otherwise: &str) -> String {
    fields
        .get(name)
        .map_or(otherwise, |value| value.get())
        .to_owned()
}

fn object(
    parts: &[Part],
    given: &Map<String, Value>,
    fields: &Fields<'_>,
    lists: &Lists,
) -> Result<String, Error> {
    let mut members: Vec<(&str, String)> = Vec::with_capacity(parts.len());
    for part in parts {
        let was_given = |key: &str| written(given, key).is_some_and(|(value, _)| !blank(value));
        if part.unless.is_some_and(was_given) {
            continue;
        }
        let Some(value) = fields.get(part.from) else {
            continue;
        };
        let text = if part.link {
            let link: String = read(value.get())?;
            let sent = link.split('#').next().unwrap_or_default();
            Value::from(sent).to_string()
        } else if let Some(shape) = part.rows {
            let list: Vec<&RawValue> = read(value.get())?;
            let list: Vec<String> = list
                .into_iter()
                .map(|row| rows::shaped(row, shape, lists))
                .collect();
            format!("[{}]", list.join(","))
        } else {
            value.get().to_owned()
        };
        members.push((part.name, text));
    }
    Ok(written_out(&members))
}

/// An object of members; those whose names have a `/` are objects of their own.
fn written_out(members: &[(&str, String)]) -> String {
    let mut text = String::from("{");
    let mut inner: Option<&str> = None;
    for (name, value) in members {
        let (head, name) = match name.split_once('/') {
            Some((head, rest)) => (Some(head), rest),
            None => (None, *name),
        };
        if inner != head && inner.is_some() {
            text.push('}');
        }
        if !text.ends_with('{') {
            text.push(',');
        }
        if let Some(head) = head.filter(|head| inner != Some(head)) {
            text.push_str(&format!("{}:{{", Value::from(head)));
        }
        inner = head;
        text.push_str(&format!("{}:{value}", Value::from(name)));
    }
    if inner.is_some() {
        text.push('}');
    }
    text.push('}');
    text
}
