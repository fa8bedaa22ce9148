//! Options of choices as requests give them.

use serde_json::Value;

use super::body::{Body, mismatch};
use super::errors;
use crate::http::SimError;
use crate::schema::{ChoiceOption, Label, OptionDetail};

/// First value of an option that names none: the option value prefix of the default publisher, 10,000, times 10,000.
const FIRST_VALUE: i32 = 100_000_000;

/// The options of a set. An option without a value gets the next free one.
pub(super) fn options(values: &[Value]) -> Result<Vec<ChoiceOption>, SimError> {
    let mut options: Vec<ChoiceOption> = Vec::with_capacity(values.len());
    for value in values {
        let option = option(
            Body::of(value, "Microsoft.Dynamics.CRM.OptionMetadata")?,
            &options,
        )?;
        options.push(option);
    }
    Ok(options)
}

fn option(body: Body<'_>, others: &[ChoiceOption]) -> Result<ChoiceOption, SimError> {
    let value = match value(body, "Value")? {
        Some(value) => value,
        None => free_value(others),
    };
    if others.iter().any(|other| other.value == value) {
        return Err(errors::value_is_taken());
    }
    Ok(ChoiceOption {
        value,
        label: body.label("Label")?.unwrap_or_default(),
        color: body.text("Color")?.map(str::to_owned),
        detail: OptionDetail::Plain,
        description: body.label("Description")?.unwrap_or_default(),
        external_value: external_value(body)?,
        parent_values: parent_values(body)?.unwrap_or_default(),
        is_custom: true,
    })
}

/// An option's number, when the request gives one.
pub(super) fn value(body: Body<'_>, name: &str) -> Result<Option<i32>, SimError> {
    let number = body.bounded(name, i64::from(i32::MIN), i64::from(i32::MAX))?;
    Ok(number.map(|number| i32::try_from(number).unwrap_or_default()))
}

/// `ExternalValue`, of which an empty one is none.
pub(super) fn external_value(body: Body<'_>) -> Result<Option<String>, SimError> {
    let text = body.text("ExternalValue")?;
    Ok(text.filter(|text| !text.is_empty()).map(str::to_owned))
}

/// `ParentValues`, when the request gives them.
pub(super) fn parent_values(body: Body<'_>) -> Result<Option<Vec<i32>>, SimError> {
    if body.get("ParentValues").is_none() {
        return Ok(None);
    }
    let numbers = body.list("ParentValues")?.iter().map(|value| {
        let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
        number.ok_or_else(|| mismatch(value, "Edm.Int32"))
    });
    numbers.collect::<Result<_, _>>().map(Some)
}

/// The value after the greatest that was given out so far.
pub(super) fn free_value(options: &[ChoiceOption]) -> i32 {
    let custom = options.iter().map(|option| option.value);
    custom
        .filter(|value| *value >= FIRST_VALUE)
        .max()
        .map_or(FIRST_VALUE, |greatest| greatest.saturating_add(1))
}

/// The labels of yes and no.
pub(super) fn yes_no(body: Body<'_>) -> Result<(Label, Label), SimError> {
    let set = body.object("OptionSet")?;
    let label = |name: &str, value: i64| -> Result<Label, SimError> {
        let option = match set {
            Some(set) => set.object(name)?,
            None => None,
        };
        let option = option.ok_or_else(errors::boolean_needs_options)?;
        if option.whole("Value")?.is_some_and(|given| given != value) {
            return Err(errors::invalid_option_set(
                "Boolean attribute options must have a value of either 0 or 1.",
            ));
        }
        Ok(option.label("Label")?.unwrap_or_default())
    };
    Ok((label("TrueOption", 1)?, label("FalseOption", 0)?))
}
