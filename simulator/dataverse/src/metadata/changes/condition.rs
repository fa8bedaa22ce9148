//! Whether a definition fits the conditions of a query.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::query::{Condition, Criteria, Join, Operator};
use crate::http::SimError;

/// Whether a document fits. JSON's own limit bounds the depth.
pub(super) fn fits(
    document: &Map<String, Value>,
    criteria: Option<&Criteria>,
) -> Result<bool, SimError> {
    let Some(criteria) = criteria else {
        return Ok(true);
    };
    let mut parts = 0_usize;
    let mut met = 0_usize;
    for condition in criteria.conditions.iter().flatten() {
        parts += 1;
        met += usize::from(is_met(document, condition)?);
    }
    for inner in criteria.filters.iter().flatten() {
        parts += 1;
        met += usize::from(fits(document, Some(inner))?);
    }
    Ok(match criteria.filter_operator {
        Join::And => met == parts,
        Join::Or => met > 0 || parts == 0,
    })
}

fn is_met(document: &Map<String, Value>, condition: &Condition) -> Result<bool, SimError> {
    let name = &condition.property_name;
    // Types differ: what one lacks is null there.
    let actual = match document.get(name) {
        Some(Value::Object(managed)) if managed.contains_key("LocalizedLabels") => {
            return Err(refused(name));
        }
        Some(Value::Array(_)) => return Err(refused(name)),
        Some(Value::Object(managed)) => managed.get("Value").unwrap_or(&Value::Null),
        Some(value) => value,
        None => &Value::Null,
    };
    let wanted = condition
        .value
        .as_ref()
        .map_or(&Value::Null, |object| &object.value);
    Ok(match condition.condition_operator {
        Operator::Equals => is_same(actual, wanted),
        Operator::NotEquals => !is_same(actual, wanted),
        Operator::In => is_one_of(actual, wanted),
        Operator::NotIn => !is_one_of(actual, wanted),
        Operator::GreaterThan => compare(actual, wanted) == Some(Ordering::Greater),
        Operator::LessThan => compare(actual, wanted) == Some(Ordering::Less),
    })
}

fn refused(name: &str) -> SimError {
    SimError::invalid_argument(format!(
        "The property '{name}' cannot be used in a condition: it is a collection or a label."
    ))
}

/// A value as the texts of a query spell it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// .NET writes `True`, and GUIDs in any case.
fn is_same(actual: &Value, wanted: &Value) -> bool {
    match (text(actual), text(wanted)) {
        (None, None) => true,
        (Some(actual), Some(wanted)) => actual.eq_ignore_ascii_case(&wanted),
        _ => false,
    }
}

/// The list is an array, or the text of one.
fn is_one_of(actual: &Value, wanted: &Value) -> bool {
    let list = match wanted {
        Value::Array(list) => list.clone(),
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        _ => Vec::new(),
    };
    list.iter().any(|wanted| is_same(actual, wanted))
}

fn compare(actual: &Value, wanted: &Value) -> Option<Ordering> {
    let (actual, wanted) = (text(actual)?, text(wanted)?);
    match (actual.parse::<f64>(), wanted.parse::<f64>()) {
        (Ok(actual), Ok(wanted)) => actual.partial_cmp(&wanted),
        // Moments are written so that their texts sort as they do.
        _ => Some(actual.cmp(&wanted)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_compare_as_net_does() {
        let Value::Object(document) = json!({
            "LogicalName": "name", "IsPrimaryName": true, "MaxLength": 160, "AutoNumberFormat": null,
            "RequiredLevel": { "Value": "ApplicationRequired" },
        }) else {
            panic!("an object")
        };
        for (condition, is_met) in [
            (json!(["LogicalName", "Equals", "name"]), true),
            (json!(["LogicalName", "NotEquals", "name"]), false),
            (json!(["IsPrimaryName", "Equals", "True"]), true),
            (json!(["MaxLength", "GreaterThan", "20"]), true),
            (json!(["MaxLength", "LessThan", 20]), false),
            (
                json!(["RequiredLevel", "Equals", "ApplicationRequired"]),
                true,
            ),
            (json!(["LogicalName", "In", "[\"fax\",\"name\"]"]), true),
            (json!(["LogicalName", "NotIn", ["fax", "name"]]), false),
            (json!(["AutoNumberFormat", "Equals", null]), true),
            (json!(["Precision", "Equals", "2"]), false),
        ] {
            let criteria = json!({ "Conditions": [{
                "PropertyName": condition[0], "ConditionOperator": condition[1], "Value": { "Value": condition[2] },
            }] });
            let criteria: Criteria = serde_json::from_value(criteria).unwrap();
            assert_eq!(
                fits(&document, Some(&criteria)).unwrap(),
                is_met,
                "{condition}"
            );
        }
    }

    #[test]
    fn conditions_are_joined_and_nested() {
        let Value::Object(document) = json!({ "a": 1, "b": 2 }) else {
            panic!("an object")
        };
        let is = |name: &str, value: u8| json!({ "PropertyName": name, "ConditionOperator": "Equals", "Value": { "Value": value } });
        for (criteria, expected) in [
            (
                json!({ "FilterOperator": "Or", "Conditions": [is("a", 9), is("b", 2)] }),
                true,
            ),
            (
                json!({ "FilterOperator": "And", "Conditions": [is("a", 9), is("b", 2)] }),
                false,
            ),
            (
                json!({ "Conditions": [is("a", 1)], "Filters": [{ "Conditions": [is("b", 9)] }] }),
                false,
            ),
            (json!({ "FilterOperator": "Or" }), true),
        ] {
            let read: Criteria = serde_json::from_value(criteria.clone()).unwrap();
            assert_eq!(
                fits(&document, Some(&read)).unwrap(),
                expected,
                "{criteria}"
            );
        }
    }
}
