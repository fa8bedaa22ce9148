//! Options by number or by label, and yes/no in words.
//!
//! A column's own labels win over what else a text could mean: `yes`, or the number that it looks
//! like. A number is an option's number first; only where no option has it, it is a label.

use airlock_connector::nearest::nearest;
use serde_json::Value;

use super::words::{any_of, shown};
use crate::tables::{Choice, Choices};

/// Labels that a message lists at most.
const LISTED: usize = 12;

/// One item of a choice as a person wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// Reads one option.
///
/// # Errors
/// What would be right.
pub fn one(value: &Value) -> Result<Item, String> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => Ok(Item::Number(number)),
            None => Err(format!("{} is not the number of an option", shown(value))),
        },
        Value::String(text) => Ok(Item::Text(text.trim().to_owned())),
        _ => Err(format!(
            "{} is not an option: write its label or its number",
            shown(value)
        )),
    }
}

/// Reads any number of options: a list, or text with commas.
///
/// # Errors
/// What would be right.
pub fn many(value: &Value) -> Result<Vec<Item>, String> {
    match value {
        Value::Array(items) => items.iter().map(one).collect(),
        Value::String(text) => Ok(text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| Item::Text(part.to_owned()))
            .collect()),
        other => Ok(vec![one(other)?]),
    }
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

/// The number of an item.
///
/// # Errors
/// What labels there are.
pub fn number(item: &Item, choices: &Choices) -> Result<i64, String> {
    match item {
        Item::Text(text) => match labelled(text, choices)? {
            Some(option) => Ok(option.value),
            None => text.parse().map_err(|_| unknown(text, choices)),
        },
        Item::Number(number) if choices.iter().any(|one| one.value == *number) => Ok(*number),
        // A number that no option has is the service's to judge.
        Item::Number(number) => {
            Ok(labelled(&number.to_string(), choices)?.map_or(*number, |option| option.value))
        }
    }
}

/// Yes or no, as the column's own labels say it or as everybody does.
///
/// # Errors
/// What would be right.
pub fn flag(value: &Value, choices: &Choices) -> Result<bool, String> {
    let own = |label: &str| -> Result<Option<bool>, String> {
        Ok(labelled(label, choices)?.map(|option| option.value != 0))
    };
    let neither = || format!("{} is neither yes nor no", shown(value));
    match value {
        Value::String(text) => match own(text)? {
            Some(flag) => Ok(flag),
            None => yes_no(value).ok_or_else(|| unknown(text.trim(), choices)),
        },
        Value::Number(number) => match yes_no(value) {
            Some(flag) => Ok(flag),
            None => own(&number.to_string())?.ok_or_else(neither),
        },
        _ => yes_no(value).ok_or_else(neither),
    }
}

/// What the label is as a number, in words for a hint.
#[must_use]
pub fn number_of(label: &str, choices: &Choices) -> String {
    match labelled(label, choices) {
        Ok(Some(option)) => format!("'{label}' is {}", option.value),
        Ok(None) => unknown(label, choices),
        Err(several) => several,
    }
}

/// The only option with that label.
fn labelled<'a>(label: &str, choices: &'a Choices) -> Result<Option<&'a Choice>, String> {
    match choices.called(label).as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
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
fn yes_no(value: &Value) -> Option<bool> {
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

    fn choices(options: &[(i64, &str)]) -> Choices {
        let choice = |(value, label): &(i64, &str)| Choice {
            value: *value,
            label: (*label).to_owned(),
            labels: vec![(*label).to_owned()],
        };
        Choices::new(options.iter().map(choice).collect())
    }

    fn ratings() -> Choices {
        choices(&[
            (1, "Cold"),
            (2, "Warm"),
            (3, "Hot"),
            (4, "Twice"),
            (5, "twice"),
        ])
    }

    fn read(value: &Value, multiple: bool, choices: &Choices) -> Result<Value, String> {
        if !multiple {
            return number(&one(value)?, choices).map(Value::from);
        }
        let numbers: Result<Vec<i64>, String> = many(value)?
            .iter()
            .map(|item| number(item, choices))
            .collect();
        numbers.map(|numbers| comma_list(&numbers))
    }

    #[test]
    fn options_are_found_by_number_and_by_label() {
        let table = [
            (json!(2), false, json!(2)),
            (json!("2"), false, json!(2)),
            (json!("warm"), false, json!(2)),
            (json!(" HOT "), false, json!(3)),
            (json!(99), false, json!(99)),
            (json!([1, "Hot"]), true, json!("1,3")),
            (json!("1,3"), true, json!("1,3")),
            (json!("cold, hot"), true, json!("1,3")),
            (json!(1), true, json!("1")),
            (json!([]), true, Value::Null),
            (json!(""), true, Value::Null),
        ];
        for (value, multiple, expected) in table {
            let found = read(&value, multiple, &ratings());
            assert_eq!(found, Ok(expected), "{value}");
        }
    }

    #[test]
    fn a_label_that_looks_like_a_number_is_found() {
        let colours = choices(&[(100_000_003, "7"), (8, "9"), (9, "8")]);
        let table = [
            (json!(7), false, json!(100_000_003)),
            (json!("7"), false, json!(100_000_003)),
            (json!(["7"]), true, json!("100000003")),
            (json!([7, 8]), true, json!("100000003,8")),
            (json!("7,x"), true, Value::Null),
            // As a number it is the option's number, as a text its label.
            (json!(8), false, json!(8)),
            (json!("8"), false, json!(9)),
        ];
        for (value, multiple, expected) in table {
            let found = read(&value, multiple, &colours).unwrap_or_default();
            assert_eq!(found, expected, "{value}");
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
            let error = read(&value, false, &ratings()).unwrap_err();
            assert!(error.contains(expected), "{value}: {error}");
        }
        assert_eq!(number_of("hot", &ratings()), "'hot' is 3");
    }

    #[test]
    fn yes_and_no_are_read_in_everybodys_words() {
        let table = [
            (json!(true), Some(true)),
            (json!(" Yes "), Some(true)),
            (json!(1), Some(true)),
            (json!("1"), Some(true)),
            (json!("off"), Some(false)),
            (json!(0), Some(false)),
            (json!("maybe"), None),
            (json!(2), None),
            (json!([]), None),
        ];
        for (value, expected) in table {
            assert_eq!(flag(&value, &Choices::default()).ok(), expected, "{value}");
        }
    }

    #[test]
    fn a_columns_own_words_for_yes_and_no_win() {
        let own = choices(&[(0, "Yes"), (1, "No")]);
        let table = [
            (json!("yes"), Some(false)),
            (json!("No"), Some(true)),
            (json!(true), Some(true)),
            (json!(1), Some(true)),
            (json!("on"), Some(true)),
        ];
        for (value, expected) in table {
            assert_eq!(flag(&value, &own).ok(), expected, "{value}");
        }
        let error = flag(&json!("maybe"), &own).unwrap_err();
        assert!(error.contains("Yes (0) or No (1)"), "{error}");
    }
}
