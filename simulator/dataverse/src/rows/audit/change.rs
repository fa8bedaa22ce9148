//! One changed column in an audit entry: its values as text, and back.
//!
//! Layer: rows, pure. `changedata` is JSON in the form that others met in the service; dates are ISO 8601 here, for the
//! service's own spelling depends on the user who reads.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rows::Cell;
use crate::rows::storage::decimal::{Decimal, write_fixed};
use crate::rows::storage::draft::Draft;
use crate::rows::storage::layout::{Encoding, stored};
use crate::rows::storage::moment::{parse_day, parse_moment, write_day, write_moment};
use crate::schema::auditing::is_column_audited;
use crate::schema::{Column, ColumnKind, Table};

/// Characters of a text that are kept (documented).
const LONGEST: usize = 5_000;

/// A changed column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The column.
    pub logical_name: String,
    /// Its value before; `None` for none.
    pub old_value: Option<String>,
    /// Its value afterwards; `None` for none.
    pub new_value: Option<String>,
}

/// `changedata`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeData {
    changed_attributes: Vec<Change>,
}

/// The changes in `changedata`; none in what is no such text.
pub fn changes(data: &str) -> Vec<Change> {
    serde_json::from_str(data)
        .map_or_else(|_| Vec::new(), |data: ChangeData| data.changed_attributes)
}

/// `changedata` of some changes.
pub(super) fn data(changes: Vec<Change>) -> String {
    let data = ChangeData {
        changed_attributes: changes,
    };
    // Texts always become JSON.
    serde_json::to_string(&data).unwrap_or_default()
}

/// What differs between two states of a row, among the columns that are audited.
pub(super) fn between(table: &Table, before: &Draft, after: &Draft) -> Vec<(i64, Change)> {
    let mut found = Vec::new();
    for (index, column, _) in stored(table) {
        let (old, new) = (before.cell(index), after.cell(index));
        if old == new
            || !is_column_audited(column)
            || matches!(column.kind, ColumnKind::Image { .. })
        {
            continue;
        }
        let change = Change {
            logical_name: column.logical_name.clone(),
            old_value: text(old),
            new_value: text(new),
        };
        found.push((column.number.into(), change));
    }
    found
}

/// A cell as text; `None` for no value.
fn text(cell: &Cell) -> Option<String> {
    let written = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    };
    Some(match cell {
        Cell::Null => return None,
        Cell::Bool(true) => "True".to_owned(),
        Cell::Bool(false) => "False".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Decimal { unscaled, scale } => {
            written(&|out| write_fixed(out, *unscaled, *scale, *scale))
        }
        Cell::Double(number) => number.to_string(),
        Cell::Text(text) => capped(text),
        Cell::Guid(id) => id.to_string(),
        Cell::Moment(moment) => written(&|out| write_moment(out, moment.unix_timestamp())),
        Cell::Day(day) => written(&|out| write_day(out, *day)),
        Cell::Lookup { table, id } => format!("{table},{id}"),
    })
}

fn capped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The cell of a column that a text stands for; `None` when the column is of another type by now.
pub(super) fn cell(column: &Column, text: &str) -> Option<Cell> {
    Some(match Encoding::of(column)? {
        Encoding::Guid => Cell::Guid(Uuid::try_parse(text).ok()?),
        Encoding::Text => Cell::Text(text.to_owned()),
        Encoding::Integer => Cell::Integer(text.parse().ok()?),
        Encoding::Boolean => Cell::Bool(text.eq_ignore_ascii_case("true")),
        Encoding::Scaled(_) | Encoding::Wide(_) => Decimal::parse(text)?.into(),
        Encoding::Double => Cell::Double(text.parse().ok()?),
        Encoding::Moment => Cell::Moment(parse_moment(text)?),
        Encoding::Day => Cell::Day(parse_day(text)?),
        Encoding::Reference { .. } => {
            let (table, id) = text.split_once(',')?;
            Cell::Lookup {
                table: Cow::Owned(table.to_owned()),
                id: Uuid::try_parse(id).ok()?,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard;
    use time::macros::{date, datetime};

    #[test]
    fn every_kind_of_value_is_kept_as_text_and_comes_back() {
        let schema = standard().unwrap().build();
        let cases = [
            ("account", "name", Cell::Text("Harbor".to_owned()), "Harbor"),
            ("account", "creditonhold", Cell::Bool(true), "True"),
            ("account", "industrycode", Cell::Integer(7), "7"),
            (
                "account",
                "revenue",
                Cell::Decimal {
                    unscaled: 125_000,
                    scale: 4,
                },
                "12.5000",
            ),
            (
                "account",
                "lastusedincampaign",
                Cell::Moment(datetime!(2026-03-25 17:42:47 UTC)),
                "2026-03-25T17:42:47Z",
            ),
            (
                "contact",
                "birthdate",
                Cell::Day(date!(1990 - 01 - 02)),
                "1990-01-02",
            ),
            (
                "account",
                "primarycontactid",
                Cell::Lookup {
                    table: Cow::Borrowed("contact"),
                    id: Uuid::from_u128(1),
                },
                "contact,00000000-0000-0000-0000-000000000001",
            ),
        ];
        for (table, column, value, expected) in cases {
            let column = schema.table(table).unwrap().column(column).unwrap();
            let kept = text(&value).unwrap();
            assert_eq!(kept, expected);
            assert_eq!(cell(column, &kept), Some(value));
        }
        assert_eq!(text(&Cell::Null), None);
    }

    #[test]
    fn long_texts_are_capped_with_three_dots() {
        let kept = text(&Cell::Text("é".repeat(LONGEST + 1))).unwrap();
        assert_eq!(kept.chars().count(), LONGEST + 1);
        assert!(kept.ends_with('…'));
        let whole = "é".repeat(LONGEST);
        assert_eq!(text(&Cell::Text(whole.clone())), Some(whole));
    }

    #[test]
    fn only_audited_columns_that_differ_are_changes() {
        let schema = standard().unwrap().build();
        let table = schema.table("account").unwrap();
        let before = Draft::empty(table);
        let mut after = Draft::empty(table);
        after.set_named(table, "name", Cell::Text("Harbor".to_owned()));
        after.set_named(
            table,
            "modifiedon",
            Cell::Moment(datetime!(2026-03-25 17:42:47 UTC)),
        );
        let found: Vec<Change> = between(table, &before, &after)
            .into_iter()
            .map(|(_, change)| change)
            .collect();
        let name = Change {
            logical_name: "name".to_owned(),
            old_value: None,
            new_value: Some("Harbor".to_owned()),
        };
        assert_eq!(found, [name]);
        assert_eq!(changes(&data(found.clone())), found);
        assert_eq!(changes("no data"), []);
    }
}
