//! Which columns a set of rows has, and in which order.

use super::known::Known;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Rows with the columns to show, borrowed from an answer.
#[derive(Debug, PartialEq)]
pub struct Rows<'a> {
    /// Column names in order.
    pub columns: Vec<&'a str>,
    /// The rows; a value that is no object is the one column `value`.
    pub rows: Vec<&'a Value>,
    /// How many of the columns, the first ones, were asked for by name.
    pub named: usize,
    /// Columns beyond those that a table or a header has room for.
    pub beyond: usize,
}

/// What the caller wants of columns, and what is known of them.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The columns that were named, in their order.
    pub named: Vec<String>,
    /// What the connector says of the table's columns.
    pub known: Option<Known>,
}

/// The most columns of a header. A service has a thousand or two to a table, with their texts for
/// people twice as many; one that makes up a column for each row would make the answer grow with the
/// square of its rows.
pub(super) const MOST_COLUMNS: usize = 4_096;

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

/// The rows of `shown`, if it is an array.
pub fn rows_of<'a>(shown: &'a Value, wish: &'a Wish) -> Option<Rows<'a>> {
    let rows: Vec<&Value> = shown.as_array()?.iter().collect();
    let mut present: Vec<&'a str> = Vec::new();
    let mut seen: HashSet<&'a str> = HashSet::new();
    for row in &rows {
        match row {
            Value::Object(fields) => {
                present.extend(
                    fields
                        .keys()
                        .map(String::as_str)
                        .filter(|name| seen.insert(name)),
                );
            }
            _ => present.extend(std::iter::once(VALUE).filter(|name| seen.insert(name))),
        }
    }
    let (mut columns, named) = order(&present, wish);
    let beyond = columns.len().saturating_sub(MOST_COLUMNS);
    columns.truncate(MOST_COLUMNS);
    Some(Rows {
        columns,
        rows,
        named,
        beyond,
    })
}

/// Columns that were named, then the others as they first appear, each followed by what speaks about
/// it (`name@…`); last what speaks about the whole row. Also how many of them belong to named ones.
/// Where there is no row at all the names themselves are what is known.
pub(super) fn order<'a>(present: &[&'a str], wish: &'a Wish) -> (Vec<&'a str>, usize) {
    let mut beside: HashMap<&str, Vec<&'a str>> = HashMap::new();
    for name in present {
        if let Some((about, _)) = name.split_once('@') {
            beside.entry(about).or_default().push(name);
        }
    }
    let mut placed: HashSet<&'a str> = HashSet::new();
    let mut columns: Vec<&'a str> = Vec::new();
    let mut place = |columns: &mut Vec<&'a str>, name: &'a str| {
        if placed.insert(name) {
            columns.push(name);
            let about = beside.get(name).into_iter().flatten().copied();
            columns.extend(about.filter(|about| placed.insert(about)));
        }
    };
    for name in &wish.named {
        if let Some(found) = find(name, present, wish.known.as_ref()) {
            place(&mut columns, found);
        } else if present.is_empty() {
            place(&mut columns, name);
        }
    }
    let named = columns.len();
    for name in present.iter().filter(|name| !name.starts_with('@')) {
        if !name.contains('@') {
            place(&mut columns, name);
        }
    }
    for name in present {
        place(&mut columns, name);
    }
    (columns, named)
}

/// The column that `name` means: as the connector says; as it stands; in another case; or, as OData
/// calls the value of a reference, `_name_value`.
fn find<'a>(name: &str, present: &[&'a str], known: Option<&Known>) -> Option<&'a str> {
    let equals = |wanted: &str| present.iter().find(|one| **one == wanted).copied();
    let property = known.and_then(|known| known.property(name));
    property
        .and_then(equals)
        .or_else(|| equals(name))
        .or_else(|| {
            present
                .iter()
                .find(|one| one.eq_ignore_ascii_case(name))
                .copied()
        })
        .or_else(|| equals(&format!("_{}_value", name.to_ascii_lowercase())))
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
    /// in the column's place. What names a row comes first, references by bare id come last, and not at
    /// all where columns were named. Meant for reading; data formats keep every column.
    pub fn for_reading(&self, wish: &Wish) -> Vec<Column<'a>> {
        let texts: HashMap<&str, &'a str> = self
            .columns
            .iter()
            .filter(|name| name.ends_with("FormattedValue"))
            .filter_map(|name| Some((name.split_once('@')?.0, *name)))
            .collect();
        let known = wish.known.as_ref();
        let is = |what: Option<&String>, name: &str| what.is_some_and(|known| known == name);
        let read = |(at, name): (usize, &&'a str)| {
            let mut column = Column {
                name,
                formatted: texts.get(name).copied(),
                rank: Rank::Other,
            };
            column.rank = match name {
                _ if at < self.named => Rank::Named,
                name if is(known.and_then(|known| known.title.as_ref()), name) => Rank::Title,
                name if is(known.and_then(|known| known.id.as_ref()), name) => Rank::Id,
                _ if column.is_bare_reference() => Rank::Reference,
                _ => Rank::Other,
            };
            column
        };
        let plain = |(_, name): &(usize, &&str)| !name.contains('@');
        let all = self.columns.iter().enumerate();
        let mut columns: Vec<Column<'a>> = all.clone().filter(plain).map(read).collect();
        if columns.is_empty() {
            return all.map(read).collect();
        }
        if self.named > 0 {
            columns.retain(|column| column.rank != Rank::Reference);
        }
        columns.sort_by_key(|column| column.rank);
        columns
    }
}

/// Where a column stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It was asked for by name.
    Named,
    /// It names the row to people.
    Title,
    /// It identifies the row.
    Id,
    /// Any other.
    Other,
    /// It holds ids of other rows, and nothing that a person reads.
    Reference,
}

/// A column as a person reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name.
    pub name: &'a str,
    /// The annotation that holds its text for people.
    formatted: Option<&'a str>,
    /// Where it stands.
    pub(super) rank: Rank,
}

impl<'a> Column<'a> {
    /// Whether it holds ids of other rows and nothing that a person reads: OData's `_name_value`.
    fn is_bare_reference(&self) -> bool {
        self.formatted.is_none() && self.name.starts_with('_') && self.name.ends_with("_value")
    }

    /// Whether it was asked for by name.
    pub fn named(&self) -> bool {
        self.rank == Rank::Named
    }

    /// Whether it says the same of every row.
    pub(super) fn is_constant(&self, rows: &[&'a Value]) -> bool {
        let mut cells = rows.iter().map(|row| self.cell(row));
        match cells.next() {
            Some(first) if rows.len() > 1 => cells.all(|cell| cell == first),
            _ => false,
        }
    }

    /// Whether it holds numbers, written so that they can be compared by their digits.
    pub fn is_numeric(&self, rows: &[&'a Value]) -> bool {
        let mut some = false;
        rows.iter().all(|row| match row.get(self.name) {
            None | Some(Value::Null) => true,
            Some(Value::Number(_)) => {
                some = true;
                !self.cell(row).contains(char::is_alphabetic)
            }
            Some(_) => false,
        }) && some
    }

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
mod tests;
