//! Text. Places and lengths count UTF-16 units, as on the service. Part of [`super`].

use serde_json::Value;
use uuid::Builder;

use super::Arguments;
use super::math::no_chance;
use crate::environment::Datum;
use crate::fault::Raised;
use crate::numbers;
use crate::values;

pub(super) fn concat<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let mut whole = String::new();
    for place in 0..arguments.len() {
        let piece =
            values::text(arguments.value(place)).map_err(|raise| arguments.at(place, raise))?;
        arguments.budget.foresee(whole.len() + piece.len())?;
        whole += &piece;
    }
    Ok(whole.into())
}

/// The text between two places, of which both lie in it.
fn part(units: &[u16], start: usize, end: usize) -> String {
    String::from_utf16_lossy(units.get(start..end).unwrap_or_default())
}

pub(super) fn substring<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let units: Vec<u16> = arguments.text(0)?.encode_utf16().collect();
    let start = arguments.count(1)?;
    if start >= units.len() {
        return Err(arguments.bad(
            1,
            format!("is {start}, and the text has {} characters", units.len()),
        ));
    }
    let length = match arguments.has(2) {
        true => arguments.count(2)?,
        false => units.len() - start,
    };
    match start.checked_add(length).filter(|end| *end <= units.len()) {
        Some(end) => Ok(part(&units, start, end).into()),
        None => {
            let left = units.len() - start;
            Err(arguments.bad(2, format!("is {length}, and only {left} characters follow")))
        }
    }
}

pub(super) fn slice<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let units: Vec<u16> = arguments.text(0)?.encode_utf16().collect();
    let place = |index: i64| {
        let length = i64::try_from(units.len()).unwrap_or(i64::MAX);
        let from_start = if index < 0 {
            length.saturating_add(index)
        } else {
            index
        };
        usize::try_from(from_start.clamp(0, length)).unwrap_or_default()
    };
    let start = place(arguments.int(1)?);
    let end = match arguments.has(2) {
        true => place(arguments.int(2)?),
        false => units.len(),
    };
    Ok(part(&units, start, end.max(start)).into())
}

pub(super) fn replace<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, old, new) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    if old.is_empty() {
        return Err(arguments.bad(1, "is empty, which stands everywhere"));
    }
    let grown = text
        .matches(old)
        .count()
        .saturating_mul(new.len().saturating_sub(old.len()));
    arguments.budget.foresee(text.len().saturating_add(grown))?;
    Ok(text.replace(old, new).into())
}

pub(super) fn split<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, delimiter) = (arguments.text(0)?, arguments.text(1)?);
    let pieces: Value = match delimiter.is_empty() {
        true => vec![text].into(),
        false => text.split(delimiter).map(Value::from).collect(),
    };
    Ok(pieces.into())
}

pub(super) fn to_lower<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(arguments.text(0)?.to_lowercase().into())
}

pub(super) fn to_upper<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(arguments.text(0)?.to_uppercase().into())
}

pub(super) fn trim<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(arguments.text(0)?.trim().into())
}

pub(super) fn guid<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let chance = arguments.context.random().ok_or_else(no_chance)?;
    let id = Builder::from_random_bytes(chance.to_be_bytes()).into_uuid();
    let format = if arguments.has(0) {
        arguments.text(0)?
    } else {
        "D"
    };
    let text = match format.to_ascii_uppercase().as_str() {
        "D" => id.hyphenated().to_string(),
        "N" => id.simple().to_string(),
        "B" => id.braced().to_string(),
        "P" => format!("({})", id.hyphenated()),
        "X" => {
            let (first, second, third, rest) = id.as_fields();
            let rest: Vec<String> = rest.iter().map(|byte| format!("0x{byte:02x}")).collect();
            format!(
                "{{0x{first:08x},0x{second:04x},0x{third:04x},{{{}}}}}",
                rest.join(",")
            )
        }
        _ => return Err(arguments.bad(0, format!("is '{format}', and takes N, D, B, P or X"))),
    };
    Ok(text.into())
}

pub(super) fn format_number<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (number, pattern, locale) = (
        arguments.number(0)?,
        arguments.text(1)?,
        arguments.locale(2)?,
    );
    let text = numbers::format(number, pattern, &locale).map_err(|raise| arguments.at(1, raise))?;
    Ok(text.into())
}
