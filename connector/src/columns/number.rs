//! Whole numbers, amounts and other numbers, from JSON numbers or from text.

use serde_json::{Number, Value};

use super::words::shown;

/// More places than any column's type has; a larger exponent only makes a text of zeros.
const MOST_PLACES: usize = 40;

/// A whole number between `lowest` and `highest`.
///
/// # Errors
/// What would be right.
pub fn whole(value: &Value, lowest: i64, highest: i64) -> Result<Value, String> {
    match written_out(value).and_then(|text| integer(&text)) {
        Some(number) if (lowest..=highest).contains(&number) => Ok(Value::from(number)),
        Some(number) => Err(format!(
            "{number} is outside of {lowest} to {highest}, the range of its type"
        )),
        None => Err(format!("{} is not a whole number such as 42", shown(value))),
    }
}

/// `42`, `-42` and `42.0`.
fn integer(text: &str) -> Option<i64> {
    let (head, tail) = text.split_once('.').unwrap_or((text, ""));
    let zeros = tail.bytes().all(|digit| digit == b'0');
    zeros.then(|| head.parse().ok()).flatten()
}

/// Any number, with the digits that it was given with.
///
/// # Errors
/// What would be right.
pub fn decimal(value: &Value) -> Result<Value, String> {
    written_out(value)
        .and_then(|text| text.parse::<Number>().ok())
        .map(Value::Number)
        .ok_or_else(|| {
            format!(
                "{} is not a number such as 1234.56 (no currency sign, no thousands separators)",
                shown(value)
            )
        })
}

/// A number, or a text that people would call one, as JSON writes numbers and without an exponent.
/// Digits are moved, never computed with: what a double cannot hold stays as it was given.
fn written_out(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<isize>().ok()?),
        None => (text.as_str(), 0),
    };
    let signless = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (before, after) = signless.split_once('.').unwrap_or((signless, ""));
    let digits = format!("{before}{after}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let point = before.len().checked_add_signed(exponent);
    let (whole, part) = match point {
        Some(point) if point <= digits.len() => {
            let (whole, part) = digits.split_at(point);
            (whole.to_owned(), part.to_owned())
        }
        Some(point) if point <= MOST_PLACES => (format!("{digits:0<point$}"), String::new()),
        None if exponent.unsigned_abs() <= MOST_PLACES => {
            let places = after.len() + exponent.unsigned_abs();
            (String::new(), format!("{digits:0>places$}"))
        }
        _ => return None,
    };
    let sign = if mantissa.starts_with('-') { "-" } else { "" };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    Some(if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_are_read_from_numbers_and_texts() {
        let table = [
            (json!(200), Some(200)),
            (json!("200"), Some(200)),
            (json!(" -7 "), Some(-7)),
            (json!(3.0), Some(3)),
            (json!("3.00"), Some(3)),
            (json!(1.5), None),
            (json!("1,200"), None),
            (json!(""), None),
            (json!("+"), None),
            (json!("."), None),
            (json!("1e3"), Some(1000)),
            (json!("15e-1"), None),
            (json!(true), None),
            (json!(2_147_483_648_i64), None),
            (json!("99999999999999999999"), None),
        ];
        for (value, expected) in table {
            let read = whole(&value, i64::from(i32::MIN), i64::from(i32::MAX));
            assert_eq!(read.ok(), expected.map(Value::from), "{value}");
        }
    }

    #[test]
    fn amounts_keep_every_digit() {
        let table = [
            ("20000.5", Some("20000.5")),
            ("20000.50", Some("20000.50")),
            ("922337203685477.5807", Some("922337203685477.5807")),
            ("-12345678901.0123456789", Some("-12345678901.0123456789")),
            ("+7", Some("7")),
            ("007.5", Some("7.5")),
            (".5", Some("0.5")),
            ("5.", Some("5")),
            ("1e3", Some("1000")),
            ("1.5E+1", Some("15")),
            ("12.5e-1", Some("1.25")),
            ("-12.5e-4", Some("-0.00125")),
            ("1e-40", Some("0.0000000000000000000000000000000000000001")),
            ("1e41", None),
            ("1e-99999999999999999999", None),
            ("$5", None),
            ("1,200.00", None),
            ("NaN", None),
            ("inf", None),
            ("1e", None),
            ("e5", None),
            ("--5", None),
            ("1.2.3", None),
            ("", None),
        ];
        for (text, expected) in table {
            let read = |value: Value| decimal(&value).ok().map(|number| number.to_string());
            assert_eq!(read(json!(text)).as_deref(), expected, "{text}");
            if let Ok(number) = text.parse::<Number>() {
                assert_eq!(read(Value::Number(number)).as_deref(), expected, "{text}");
            }
        }
        assert!(decimal(&json!([1])).is_err());
    }
}
