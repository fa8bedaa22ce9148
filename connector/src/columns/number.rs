//! Whole numbers, amounts and other numbers, from JSON numbers or from text.

use serde_json::{Number, Value};

use super::words::shown;

/// Decimal digits that every double keeps; beyond them a number would be changed silently.
const EXACT_DIGITS: usize = 15;

/// A whole number between `lowest` and `highest`.
///
/// # Errors
/// What would be right.
pub fn whole(value: &Value, lowest: i64, highest: i64) -> Result<Value, String> {
    let number = match value {
        Value::Number(number) => integer(&number.to_string()),
        Value::String(text) => integer(text.trim()),
        _ => None,
    };
    match number {
        Some(number) if (lowest..=highest).contains(&number) => Ok(Value::from(number)),
        Some(number) => Err(format!(
            "{number} is outside of {lowest} to {highest}, the range of this column's type"
        )),
        None => Err(format!("{} is not a whole number such as 42", shown(value))),
    }
}

/// `42`, `+42`, `-42` and `42.0`.
fn integer(text: &str) -> Option<i64> {
    let (head, tail) = text.split_once('.').unwrap_or((text, ""));
    let zeros = tail.bytes().all(|digit| digit == b'0');
    let signless = head.strip_prefix(['+', '-']).unwrap_or(head);
    let digits = !signless.is_empty() && signless.bytes().all(|digit| digit.is_ascii_digit());
    (zeros && digits).then(|| head.parse().ok()).flatten()
}

/// Any number.
///
/// # Errors
/// What would be right; also when the text has more digits than can be sent unchanged.
pub fn decimal(value: &Value) -> Result<Value, String> {
    let text = match value {
        Value::Number(_) => return Ok(value.clone()),
        Value::String(text) => text.trim(),
        _ => "",
    };
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number = text.parse::<f64>().ok().and_then(Number::from_f64);
    let Some(number) = number.filter(|_| plain) else {
        return Err(format!(
            "{} is not a number such as 1234.56 (no currency sign, no thousands separators)",
            shown(value)
        ));
    };
    if let Some(whole) = integer(text) {
        return Ok(Value::from(whole));
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if digits.trim_matches('0').len() > EXACT_DIGITS {
        return Err(format!(
            "{} has more than {EXACT_DIGITS} significant digits and would be changed on its way",
            shown(value)
        ));
    }
    Ok(Value::Number(number))
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
    fn amounts_are_read_without_changing_a_digit() {
        let table = [
            (json!(20000.5), Some(json!(20000.5))),
            (json!("20000.50"), Some(json!(20000.5))),
            (json!("1e3"), Some(json!(1000.0))),
            (
                json!("922337203685477"),
                Some(json!(922_337_203_685_477_i64)),
            ),
            (json!("922337203685477.5807"), None),
            (json!("$5"), None),
            (json!("1,200.00"), None),
            (json!("NaN"), None),
            (json!("inf"), None),
            (json!("infinity"), None),
            (json!([1]), None),
        ];
        for (value, expected) in table {
            assert_eq!(decimal(&value).ok(), expected, "{value}");
        }
    }
}
