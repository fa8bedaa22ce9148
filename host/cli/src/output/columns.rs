//! Which columns a set of rows has, and in which order.

use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashSet;

/// Rows with the columns to show, borrowed from an answer.
#[derive(Debug, PartialEq)]
pub struct Rows<'a> {
    /// Column names in order.
    pub columns: Vec<&'a str>,
    /// The rows; a value that is no object is the one column `value`.
    pub rows: Vec<&'a Value>,
}

/// The property of an output that holds what a table should show: the one that its schema marks
/// `x-airlock-rows`, else one called `rows`.
pub fn rows_property(schema: &Value) -> Option<&str> {
    let properties = schema.get("properties")?.as_object()?;
    let marked = |(_, node): &(&String, &Value)| {
        node.get("x-airlock-rows").and_then(Value::as_bool) == Some(true)
    };
    properties
        .iter()
        .find(marked)
        .or_else(|| properties.get_key_value("rows"))
        .map(|(name, _)| name.as_str())
}

/// What a table of `answer` shows: its property `held`, where the schema names one, else itself.
pub fn shown<'a>(answer: &'a Value, held: Option<&str>) -> &'a Value {
    held.and_then(|name| answer.get(name)).unwrap_or(answer)
}

/// The rows of `shown`, if it is an array. `wish` is the order of columns that the caller asked
/// for, such as the input's `select`.
pub fn rows_of<'a>(shown: &'a Value, wish: &'a [String]) -> Option<Rows<'a>> {
    let rows: Vec<&Value> = shown.as_array()?.iter().collect();
    let columns = order(&rows, wish.iter().map(String::as_str));
    Some(Rows { columns, rows })
}

/// Named columns that some row has, then the others as they first appear.
fn order<'a>(rows: &[&'a Value], named: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut present: Vec<&'a str> = Vec::new();
    let mut seen: HashSet<&'a str> = HashSet::new();
    for row in rows {
        match row {
            Value::Object(fields) => {
                for name in fields.keys() {
                    if seen.insert(name) {
                        present.push(name);
                    }
                }
            }
            _ => {
                if seen.insert(VALUE) {
                    present.push(VALUE);
                }
            }
        }
    }
    let mut placed: HashSet<&'a str> = HashSet::new();
    let mut columns: Vec<&'a str> = named
        .filter(|name| seen.contains(name) && placed.insert(name))
        .collect();
    columns.extend(present.into_iter().filter(|name| !placed.contains(name)));
    columns
}

/// The column of rows that are no objects.
const VALUE: &str = "value";

impl<'a> Rows<'a> {
    /// The cell of `row` in `column`, as text: nothing for null, text as it is, the rest as JSON.
    pub fn cell(row: &'a Value, column: &str) -> Cow<'a, str> {
        let value = match row {
            Value::Object(fields) => fields.get(column),
            other => (column == VALUE).then_some(other),
        };
        plain(value.unwrap_or(&Value::Null))
    }

    /// Without annotations: a name with `@` in it (`@odata.etag`) speaks about a row or a column
    /// and is no column of its own. Where a row gives a column's text for people, that text stands
    /// in the column's place. Meant for reading; data formats keep every column.
    pub fn for_reading(&self) -> Vec<Column<'a>> {
        let columns: Vec<Column<'a>> = self
            .columns
            .iter()
            .filter(|name| !name.contains('@'))
            .map(|name| Column {
                name,
                formatted: self
                    .columns
                    .iter()
                    .find(|other| {
                        other.strip_prefix(*name).is_some_and(|rest| {
                            rest.starts_with('@') && rest.ends_with("FormattedValue")
                        })
                    })
                    .copied(),
            })
            .collect();
        if columns.is_empty() {
            return self
                .columns
                .iter()
                .map(|name| Column {
                    name,
                    formatted: None,
                })
                .collect();
        }
        columns
    }
}

/// A column as a person reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name.
    pub name: &'a str,
    /// The annotation that holds its text for people.
    formatted: Option<&'a str>,
}

impl<'a> Column<'a> {
    /// The cell of `row`, as a person reads it.
    pub fn cell(&self, row: &'a Value) -> Cow<'a, str> {
        self.formatted
            .and_then(|name| row.get(name))
            .and_then(Value::as_str)
            .map_or_else(|| Rows::cell(row, self.name), Cow::Borrowed)
    }
}

/// A value in one cell.
pub(super) fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_come_in_the_order_asked_for_then_as_they_appear() {
        let answer = json!([{"b": 1, "c": 2}, {"a": 3, "b": 4}]);
        let wish = ["a".to_owned(), "missing".to_owned(), "c".to_owned()];
        assert_eq!(rows_of(&answer, &wish).unwrap().columns, ["a", "c", "b"]);
    }

    #[test]
    fn the_schema_says_which_property_a_table_shows() {
        let marked = json!({"properties": {"rows": {}, "items": {"x-airlock-rows": true}}});
        assert_eq!(rows_property(&marked), Some("items"));
        let named = json!({"properties": {"rows": {}, "count": {}}});
        assert_eq!(rows_property(&named), Some("rows"));
        assert_eq!(rows_property(&json!({"properties": {"id": {}}})), None);
        let answer = json!({"items": [1]});
        assert_eq!(shown(&answer, Some("items")), &json!([1]));
        assert_eq!(shown(&answer, Some("gone")), &answer);
    }

    #[test]
    fn only_an_array_makes_rows() {
        assert!(rows_of(&json!({"id": 5}), &[]).is_none());
        let answer = json!(["x", 2]);
        let rows = rows_of(&answer, &[]).unwrap();
        assert_eq!(rows.columns, ["value"]);
        assert_eq!(Rows::cell(rows.rows[1], "value"), "2");
    }

    #[test]
    fn a_reader_sees_the_text_for_people_and_no_annotations() {
        let answer = json!([{
            "@odata.etag": "W/\"1\"",
            "statecode": 0,
            "statecode@OData.Community.Display.V1.FormattedValue": "Open"
        }]);
        let rows = rows_of(&answer, &[]).unwrap();
        let columns = rows.for_reading();
        assert_eq!(columns.len(), 1);
        assert_eq!(columns[0].name, "statecode");
        assert_eq!(columns[0].cell(rows.rows[0]), "Open");
    }

    #[test]
    fn rows_of_nothing_but_annotations_still_show() {
        let answer = json!([{"@odata.etag": "1"}]);
        assert_eq!(rows_of(&answer, &[]).unwrap().for_reading().len(), 1);
    }
}
