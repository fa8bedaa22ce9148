//! From one type to another. Part of [`super`].

use serde_json::{Value, json as object};

use super::{Arguments, xml};
use crate::environment::Datum;
use crate::fault::Raised;
use crate::locale::Locale;
use crate::numbers::{self, Number};
use crate::values;

pub(super) fn string<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    if arguments.value(0).is_string() {
        return Ok(arguments.take(0));
    }
    Ok(values::text(arguments.value(0))?.into_owned().into())
}

fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    text.strip_prefix('+')
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        .unwrap_or(text)
        .parse()
        .ok()
}

pub(super) fn int<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let whole = match arguments.value(0) {
        Value::String(text) => whole(text).ok_or_else(|| {
            arguments.bad(
                0,
                format!(
                    "is {}, which is no whole number of 64 bits",
                    values::shown(arguments.value(0))
                ),
            )
        })?,
        value => match Number::read(value) {
            Some(Number::Int(whole)) => whole,
            #[allow(clippy::cast_possible_truncation)]
            Some(Number::Float(float)) if float.fract() == 0.0 && float.abs() < 9e15 => {
                float as i64
            }
            Some(_) => {
                return Err(arguments.bad(
                    0,
                    "has digits behind its point; `formatNumber` and `div` make it whole",
                ));
            }
            None => return Err(arguments.wrong(0, "text or a number")),
        },
    };
    Ok(whole.into())
}

pub(super) fn is_int<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(whole(arguments.text(0)?).is_some().into())
}

pub(super) fn is_float<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(numbers::parse(arguments.text(0)?, &arguments.locale(1)?)
        .is_some()
        .into())
}

pub(super) fn float<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let locale = arguments.locale(1)?;
    let bad = || {
        arguments.bad(
            0,
            format!(
                "is {}, which is no number",
                values::shown(arguments.value(0))
            ),
        )
    };
    let float = match arguments.value(0) {
        Value::String(text) => numbers::parse(text, &locale)
            .and_then(|json| json.parse().ok())
            .ok_or_else(bad)?,
        value => Number::read(value)
            .ok_or_else(|| arguments.wrong(0, "text or a number"))?
            .as_float(),
    };
    Ok(Number::Float(float).json().ok_or_else(bad)?.into())
}

pub(super) fn decimal<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let bad = || {
        arguments.bad(
            0,
            format!(
                "is {}, which is no number of up to 28 digits",
                values::shown(arguments.value(0))
            ),
        )
    };
    let number = match arguments.value(0) {
        Value::String(text) => {
            let json = numbers::parse(text, &Locale::default()).ok_or_else(bad)?;
            Number::exact(&json)
        }
        value => match Number::read(value) {
            Some(_) => Number::exact(&value.to_string()),
            None => return Err(arguments.wrong(0, "text or a number")),
        },
    };
    let json = number.and_then(Number::json).ok_or_else(bad)?;
    Ok(Datum {
        is_decimal: true,
        ..json.into()
    })
}

pub(super) fn bool<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let value = match arguments.value(0) {
        Value::Bool(value) => *value,
        Value::Number(_) => arguments.number(0)?.as_float() != 0.0,
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => true,
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => false,
        Value::String(_) => {
            let shown = values::shown(arguments.value(0));
            return Err(arguments.bad(0, format!("is {shown}, and takes 'true' or 'false'")));
        }
        _ => return Err(arguments.wrong(0, "text or a number")),
    };
    Ok(value.into())
}

pub(super) fn json<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let read = |text: &str| {
        serde_json::from_str::<Value>(text)
            .map_err(|error| arguments.bad(0, format!("is no JSON: {error}")))
    };
    match arguments.value(0) {
        // As it is documented.
        Value::Null => Ok(object!({}).into()),
        Value::String(text) => Ok(read(text)?.into()),
        value @ Value::Object(_) => match values::content(value) {
            Some(content) => {
                let content = content?;
                let text = String::from_utf8(content.bytes.clone())
                    .map_err(|_| arguments.bad(0, "holds bytes that are no text"))?;
                match content.is_xml() {
                    true => Ok(xml::to_json(&text)?.into()),
                    false => Ok(read(&text)?.into()),
                }
            }
            None => Ok(arguments.take(0)),
        },
        Value::Array(_) => Ok(arguments.take(0)),
        _ => Err(arguments.wrong(0, "JSON text or XML")),
    }
}

pub(super) fn array<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    create_array(arguments)
}

pub(super) fn create_array<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    // What is borrowed is copied here, as often as it is named.
    let all = arguments.values.iter().map(|datum| &*datum.json);
    arguments.budget.foresee_all(all)?;
    let items: Vec<Value> = (0..arguments.len())
        .map(|place| arguments.take(place).json.into_owned())
        .collect();
    Ok(items.into())
}
