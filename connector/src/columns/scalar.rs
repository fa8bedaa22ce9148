//! Values that mean something by themselves: texts, ids, numbers.

use serde_json::Value;

use super::{number, words::shown};
use crate::{tables::ColumnKind, webapi::RowId};

/// A value for a column that needs neither options nor other rows.
///
/// # Errors
/// What would be right.
pub fn scalar(kind: &ColumnKind, value: &Value) -> Result<Value, String> {
    match kind {
        ColumnKind::Text | ColumnKind::Memo | ColumnKind::TableName => text(value),
        ColumnKind::Id => id(value),
        ColumnKind::Whole => number::whole(value, i64::from(i32::MIN), i64::from(i32::MAX)),
        ColumnKind::Big => number::whole(value, i64::MIN, i64::MAX),
        ColumnKind::Decimal | ColumnKind::Double | ColumnKind::Money => number::decimal(value),
        ColumnKind::Image => Err(
            "the column holds a picture, which is not written with the row: `upload-file` stores one; null takes it away".to_owned(),
        ),
        _ => Ok(value.clone()),
    }
}

fn text(value: &Value) -> Result<Value, String> {
    match value {
        Value::String(_) => Ok(value.clone()),
        Value::Number(number) => Ok(Value::from(number.to_string())),
        Value::Bool(flag) => Ok(Value::from(flag.to_string())),
        _ => Err(format!(
            "{} is not a text: JSON that shall be stored as it is has to come as a text, in quotes of its own",
            shown(value)
        )),
    }
}

fn id(value: &Value) -> Result<Value, String> {
    let Value::String(text) = value else {
        return Err(format!("{} is not a GUID", shown(value)));
    };
    text.parse::<RowId>()
        .map(|id| Value::from(id.to_string()))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_take_the_form_of_their_column() {
        use ColumnKind::*;
        let id = "5f3e0c11-aaaa-4222-8333-00000000000f";
        let table = [
            (Text, json!("x"), Some(json!("x"))),
            (Text, json!(42), Some(json!("42"))),
            (Text, json!(["x"]), None),
            (
                Id,
                json!("{5F3E0C11-AAAA-4222-8333-00000000000F}"),
                Some(json!(id)),
            ),
            (Id, json!("x"), None),
            (Id, json!(1), None),
            (Whole, json!("7"), Some(json!(7))),
            (Whole, json!(3_000_000_000_i64), None),
            (Big, json!("3000000000"), Some(json!(3_000_000_000_i64))),
            (Money, json!("7.25"), Some(json!(7.25))),
            (Money, json!("€ 7"), None),
            (Image, json!("aGk="), None),
        ];
        for (kind, value, expected) in table {
            assert_eq!(scalar(&kind, &value).ok(), expected, "{kind:?} {value}");
        }
    }
}
