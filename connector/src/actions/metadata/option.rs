//! Options as people write them: a text, or an object with what else is to be said.

use airlock_connector::{Error, FieldError, input::below};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{label::label, read};
use crate::columns::words::shown;

/// What an option may say, with the member that it becomes.
const PARTS: [(&str, &str); 5] = [
    ("value", "Value"),
    ("label", "Label"),
    ("description", "Description"),
    ("color", "Color"),
    ("external-value", "ExternalValue"),
];

/// The members of one option.
pub(super) fn option(
    value: &Value,
    language: u64,
    pointer: &str,
) -> Result<Map<String, Value>, Error> {
    let object = match value {
        Value::String(_) => {
            let label = label(value, language, pointer)?;
            return Ok(Map::from_iter([("Label".to_owned(), label)]));
        }
        Value::Object(object) => object,
        other => {
            return Err(Error::invalid(
                pointer,
                format!(
                    "{} is not an option: write its label, or an object with `label` and `value`",
                    shown(other)
                ),
            ));
        }
    };
    let mut read = Map::new();
    let mut faults = Vec::new();
    for (name, value) in object {
        let place = below(pointer, name);
        let part = PARTS.iter().find(|(own, wire)| own == name || wire == name);
        let Some((_, member)) = part else {
            let known: Vec<&str> = PARTS.iter().map(|(own, _)| *own).collect();
            faults.push(FieldError::new(
                place,
                format!("an option has no `{name}`; it has {}", known.join(", ")),
            ));
            continue;
        };
        let value = match *member {
            "Label" | "Description" => label(value, language, &place),
            "Value" if !value.is_i64() => Err(Error::invalid(
                &*place,
                format!("{} is not a whole number", shown(value)),
            )),
            _ => Ok(value.clone()),
        };
        match value {
            Ok(value) => {
                read.insert((*member).to_owned(), value);
            }
            Err(Error::InvalidInput(more)) => faults.extend(more),
            Err(error) => return Err(error),
        }
    }
    if faults.is_empty() {
        Ok(read)
    } else {
        Err(Error::InvalidInput(faults))
    }
}

/// The options of a list.
pub(super) fn options(given: &[Value], language: u64, pointer: &str) -> Result<Vec<Value>, Error> {
    let mut read = Vec::with_capacity(given.len());
    let mut faults = Vec::new();
    for (index, value) in given.iter().enumerate() {
        match option(value, language, &format!("{pointer}/{index}")) {
            Ok(one) if one.contains_key("Label") => read.push(Value::Object(one)),
            Ok(_) => faults.push(FieldError::new(
                format!("{pointer}/{index}/label"),
                "a new option needs a `label`",
            )),
            Err(Error::InvalidInput(more)) => faults.extend(more),
            Err(error) => return Err(error),
        }
    }
    if faults.is_empty() {
        Ok(read)
    } else {
        Err(Error::InvalidInput(faults))
    }
}

/// The options of a column that says yes or no.
pub(super) fn yes_no(given: &[Value], language: u64) -> Result<Value, Error> {
    let read = options(given, language, "/options")?;
    let [yes, no] = read.as_slice() else {
        return Err(Error::invalid(
            "/options",
            "two words are needed, one for yes and one for no",
        ));
    };
    let with = |option: &Value, value: u8| {
        let mut option = option.clone();
        if let Some(option) = option.as_object_mut() {
            option.insert("Value".to_owned(), json!(value));
        }
        option
    };
    Ok(json!({"TrueOption": with(yes, 1), "FalseOption": with(no, 0), "OptionSetType": "Boolean"}))
}

/// One option.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct OptionShown {
    /// What stands in a row.
    value: i64,
    /// What people read.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Colour in applications.
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    /// Its name in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_value: Option<String>,
}

/// The options of a definition, of yes and no too.
pub(super) fn shown_options(definition: &Map<String, Value>) -> Vec<OptionShown> {
    let listed = definition.get("Options").and_then(Value::as_array);
    let two = ["FalseOption", "TrueOption"]
        .iter()
        .filter_map(|name| definition.get(*name));
    let all = listed.into_iter().flatten().chain(two);
    all.filter_map(Value::as_object)
        .filter_map(|one| {
            let own = |name: &str| {
                read::text(one, name)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            };
            Some(OptionShown {
                value: one.get("Value")?.as_i64()?,
                label: read::label(one, "Label"),
                color: own("Color"),
                external_value: own("ExternalValue"),
            })
        })
        .collect()
}

impl std::fmt::Display for OptionShown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.label {
            Some(label) => write!(formatter, "{label} ({})", self.value),
            None => write!(formatter, "{}", self.value),
        }
    }
}
