//! Options by number or by label, and yes/no in words.

use serde_json::Value;

use super::words::{any_of, shown};
use crate::tables::{Choices, nearest::nearest};

/// Labels that a message lists at most.
const LISTED: usize = 12;

/// What can be read without knowing the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Ready for the wire.
    Done(Value),
    /// Labels to be looked up.
    Labels(Vec<Item>),
}

/// One item of a choice as a person wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// The option's number.
    Value(i64),
    /// The option's label.
    Label(String),
}

fn item(value: &Value) -> Result<Item, String> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => Ok(Item::Value(number)),
            None => Err(format!("{} is not the number of an option", shown(value))),
        },
        Value::String(text) => Ok(text
            .trim()
            .parse()
            .map_or_else(|_| Item::Label(text.trim().to_owned()), Item::Value)),
        _ => Err(format!(
            "{} is not an option: write its label or its number",
            shown(value)
        )),
    }
}

/// Reads one option.
///
/// # Errors
/// What would be right.
pub fn one(value: &Value) -> Result<Read, String> {
    Ok(match item(value)? {
        Item::Value(number) => Read::Done(Value::from(number)),
        label @ Item::Label(_) => Read::Labels(vec![label]),
    })
}

/// Reads any number of options: a list, or text with commas.
///
/// # Errors
/// What would be right.
pub fn many(value: &Value) -> Result<Read, String> {
    let items: Vec<Item> = match value {
        Value::Array(items) => items.iter().map(item).collect::<Result<_, _>>()?,
        Value::String(text) => text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| item(&Value::from(part)))
            .collect::<Result<_, _>>()?,
        other => vec![item(other)?],
    };
    if items.iter().any(|item| matches!(item, Item::Label(_))) {
        return Ok(Read::Labels(items));
    }
    let numbers: Vec<i64> = items
        .into_iter()
        .filter_map(|item| match item {
            Item::Value(number) => Some(number),
            Item::Label(_) => None,
        })
        .collect();
    Ok(Read::Done(comma_list(&numbers)))
}

/// The wire form of several options; none clears the column.
#[must_use]
pub fn comma_list(numbers: &[i64]) -> Value {
    if numbers.is_empty() {
        return Value::Null;
    }
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Value::from(texts.join(","))
}

/// The numbers of `items`.
///
/// # Errors
/// What labels there are.
pub fn numbers(items: &[Item], choices: &Choices) -> Result<Vec<i64>, String> {
    items
        .iter()
        .map(|item| match item {
            Item::Value(number) => Ok(*number),
            Item::Label(label) => number(label, choices),
        })
        .collect()
}

fn number(label: &str, choices: &Choices) -> Result<i64, String> {
    match choices.called(label).as_slice() {
        [only] => Ok(only.value),
        [] => Err(unknown(label, choices)),
        several => {
            let values: Vec<String> = several.iter().map(|one| one.value.to_string()).collect();
            Err(format!(
                "several options are labelled `{label}`: write one of the numbers {}",
                values.join(", ")
            ))
        }
    }
}

fn unknown(label: &str, choices: &Choices) -> String {
    let labels: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
    let near = nearest(label, labels.iter().copied());
    if let Some(best) = near.first() {
        return format!("there is no option `{label}`; did you mean {best}?");
    }
    let listed: Vec<String> = choices
        .iter()
        .take(LISTED)
        .map(|choice| format!("{} ({})", choice.label, choice.value))
        .collect();
    match choices.iter().count() {
        0 => format!("there is no option `{label}`: the column has no options"),
        count if count > LISTED => format!(
            "there is no option `{label}`; some of the {count} options: {}",
            listed.join(", ")
        ),
        _ => format!(
            "there is no option `{label}`; the options: {}",
            any_of(&listed)
        ),
    }
}

/// Reads yes or no without knowing the column's own words for them.
#[must_use]
pub fn yes_no(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tables::Choice;

    fn choices() -> Choices {
        let choice = |value, label: &str| Choice {
            value,
            label: label.to_owned(),
            labels: vec![label.to_owned()],
        };
        Choices::new(vec![
            choice(1, "Cold"),
            choice(2, "Warm"),
            choice(3, "Hot"),
            choice(4, "Twice"),
            choice(5, "twice"),
        ])
    }

    fn read(value: Value, multiple: bool) -> Result<Value, String> {
        let read = if multiple { many(&value) } else { one(&value) }?;
        match read {
            Read::Done(value) => Ok(value),
            Read::Labels(items) => {
                let numbers = numbers(&items, &choices())?;
                Ok(if multiple {
                    comma_list(&numbers)
                } else {
                    Value::from(numbers[0])
                })
            }
        }
    }

    #[test]
    fn options_are_found_by_number_and_by_label() {
        let table = [
            (json!(2), false, json!(2)),
            (json!("2"), false, json!(2)),
            (json!("warm"), false, json!(2)),
            (json!(" HOT "), false, json!(3)),
            (json!([1, "Hot"]), true, json!("1,3")),
            (json!("1,3"), true, json!("1,3")),
            (json!("cold, hot"), true, json!("1,3")),
            (json!(1), true, json!("1")),
            (json!([]), true, Value::Null),
            (json!(""), true, Value::Null),
        ];
        for (value, multiple, expected) in table {
            assert_eq!(read(value.clone(), multiple), Ok(expected), "{value}");
        }
    }

    #[test]
    fn a_wrong_label_is_answered_with_the_right_ones() {
        let table = [
            (json!("Wram"), "did you mean Warm?"),
            (json!("Blue"), "Cold (1), Warm (2), Hot (3)"),
            (json!("Twice"), "write one of the numbers 4, 5"),
            (json!({"a": 1}), "write its label or its number"),
            (json!(1.5), "not the number"),
        ];
        for (value, expected) in table {
            let error = read(value.clone(), false).unwrap_err();
            assert!(error.contains(expected), "{value}: {error}");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_the_usual_words() {
        let table = [
            (json!(true), Some(true)),
            (json!("Yes"), Some(true)),
            (json!("off"), Some(false)),
            (json!(0), Some(false)),
            (json!("1"), Some(true)),
            (json!("maybe"), None),
            (json!(2), None),
            (json!([true]), None),
        ];
        for (value, expected) in table {
            assert_eq!(yes_no(&value), expected, "{value}");
        }
    }
}
