//! Lists, and what they share with text and objects. Part of [`super`].

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::Arguments;
use crate::environment::Datum;
use crate::fault::Raised;
use crate::numbers::Number;
use crate::values::{self, Unique};

pub(super) fn length<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    match arguments.value(0) {
        Value::Array(items) => Ok(items.len().into()),
        Value::String(text) => Ok(text.encode_utf16().count().into()),
        _ => Err(arguments.wrong(0, "text or a list")),
    }
}

pub(super) fn contains<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let found = match arguments.value(0) {
        Value::Array(items) => items
            .iter()
            .any(|item| values::equal(item, arguments.value(1))),
        Value::String(text) => text.contains(arguments.text(1)?),
        Value::Object(members) => members.contains_key(arguments.text(1)?),
        _ => return Err(arguments.wrong(0, "text, a list or an object")),
    };
    Ok(found.into())
}

pub(super) fn empty<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let empty = match arguments.value(0) {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => return Err(arguments.wrong(0, "text, a list, an object or null")),
    };
    Ok(empty.into())
}

pub(super) fn first<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    end(
        arguments,
        |text| text.chars().next(),
        <[Value]>::first,
        |items| items.into_iter().next(),
    )
}

pub(super) fn last<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    end(
        arguments,
        |text| text.chars().next_back(),
        <[Value]>::last,
        |mut items| items.pop(),
    )
}

fn end<'c>(
    arguments: &mut Arguments<'_, 'c>,
    of_text: fn(&str) -> Option<char>,
    of_list: fn(&[Value]) -> Option<&Value>,
    of_own: fn(Vec<Value>) -> Option<Value>,
) -> Raised<Datum<'c>> {
    if let Value::String(text) = arguments.value(0) {
        return Ok(of_text(text).map(String::from).unwrap_or_default().into());
    }
    arguments
        .value(0)
        .as_array()
        .ok_or_else(|| arguments.wrong(0, "text or a list"))?;
    Ok(match arguments.take(0).json {
        Cow::Borrowed(Value::Array(items)) => {
            of_list(items).map_or_else(|| Value::Null.into(), Datum::borrowed)
        }
        Cow::Owned(Value::Array(items)) => of_own(items).unwrap_or_default().into(),
        _ => Value::Null.into(),
    })
}

pub(super) fn take<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let count = arguments.count(1)?;
    if let Value::String(text) = arguments.value(0) {
        let units: Vec<u16> = text.encode_utf16().take(count).collect();
        return Ok(String::from_utf16_lossy(&units).into());
    }
    arguments
        .value(0)
        .as_array()
        .ok_or_else(|| arguments.wrong(0, "text or a list"))?;
    let mut items = arguments.take_list(0)?;
    items.truncate(count);
    Ok(items.into())
}

pub(super) fn skip<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let count = arguments.count(1)?;
    let mut items = arguments.take_list(0)?;
    items.drain(..count.min(items.len()));
    Ok(items.into())
}

pub(super) fn chunk<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let length = arguments.count(1)?;
    if length == 0 {
        return Err(arguments.bad(1, "is 0, and a piece has at least one item"));
    }
    let pieces: Value = match arguments.value(0) {
        Value::Array(items) => items
            .chunks(length)
            .map(|piece| Value::from(piece.to_vec()))
            .collect(),
        Value::String(text) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            units
                .chunks(length)
                .map(|piece| Value::from(String::from_utf16_lossy(piece)))
                .collect()
        }
        _ => return Err(arguments.wrong(0, "text or a list")),
    };
    Ok(pieces.into())
}

pub(super) fn reverse<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let mut items = arguments.take_list(0)?;
    items.reverse();
    Ok(items.into())
}

pub(super) fn sort<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let by = match arguments.has(1) {
        true => Some(arguments.text(1)?.to_owned()),
        false => None,
    };
    let key = |item: &Value| match &by {
        Some(name) => item.get(name).cloned().unwrap_or_default(),
        None => item.clone(),
    };
    let mut keyed: Vec<(Value, Value)> = Vec::new();
    for item in arguments.list(0)? {
        let key = key(item);
        if rank(&key).is_none() {
            let kind = values::kind(&key);
            return Err(arguments.bad(
                0,
                format!("has {kind} in it, which has no order; name a property to sort by"),
            ));
        }
        keyed.push((key, item.clone()));
    }
    if keyed
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if differ(&one.0, &other.0)))
    {
        return Err(arguments.bad(0, "has values of several types in it, which have no order"));
    }
    keyed.sort_by(|one, other| precedes(&one.0, &other.0));
    Ok(keyed
        .into_iter()
        .map(|(_, item)| item)
        .collect::<Value>()
        .into())
}

/// Which types have an order; null comes before all.
fn rank(value: &Value) -> Option<u8> {
    match value {
        Value::Null => Some(0),
        Value::Bool(_) => Some(1),
        Value::Number(_) => Some(2),
        Value::String(_) => Some(3),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn differ(one: &Value, other: &Value) -> bool {
    !one.is_null() && !other.is_null() && rank(one) != rank(other)
}

fn precedes(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::String(one), Value::String(other)) => values::order(one, other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => match (Number::read(one), Number::read(other)) {
            (Some(one), Some(other)) => one.order(&other).unwrap_or(Ordering::Equal),
            _ => rank(one).cmp(&rank(other)),
        },
    }
}

pub(super) fn join<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (items, delimiter) = (arguments.list(0)?, arguments.text(1)?);
    let mut whole = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            whole += delimiter;
        }
        whole += &values::text(item)?;
        arguments.budget.foresee(whole.len())?;
    }
    Ok(whole.into())
}

pub(super) fn union<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    if arguments.value(0).is_object() {
        let mut whole = Map::new();
        for place in 0..arguments.len() {
            for (name, value) in arguments.object(place)? {
                whole.insert(name.clone(), value.clone());
            }
        }
        return Ok(Value::Object(whole).into());
    }
    let mut seen = Unique::default();
    let mut whole = Vec::new();
    for place in 0..arguments.len() {
        whole.extend(
            arguments
                .list(place)?
                .iter()
                .filter(|item| seen.add(item))
                .cloned(),
        );
    }
    Ok(whole.into())
}

pub(super) fn intersection<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    if arguments.value(0).is_object() {
        let mut whole = arguments.object(0)?.clone();
        for place in 1..arguments.len() {
            let other = arguments.object(place)?;
            whole.retain(|name, _| other.contains_key(name));
            for (name, value) in &mut whole {
                // The last one of a name stays.
                if let Some(last) = other.get(name) {
                    value.clone_from(last);
                }
            }
        }
        return Ok(Value::Object(whole).into());
    }
    let mut others = Vec::new();
    for place in 1..arguments.len() {
        let mut has = Unique::default();
        for item in arguments.list(place)? {
            has.add(item);
        }
        others.push(has);
    }
    let mut seen = Unique::default();
    let in_all = |item: &&Value| others.iter().all(|other| other.has(item)) && seen.add(item);
    let whole: Vec<Value> = arguments.list(0)?.iter().filter(in_all).cloned().collect();
    Ok(whole.into())
}
