//! `$name` for the row of an earlier operation (OData: Content-ID references).
//!
//! The service resolves them within a change set only. In a row they may stand wherever a lookup
//! does, and which property binds a lookup is for metadata to say; so the row is read with a stand-in, an
//! id that no row has, which becomes the reference again afterwards.

use std::{collections::BTreeMap, rc::Rc};

use airlock_connector::{
    Error, FieldError,
    input::below,
    nearest::{did_you_mean, nearest},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::operation::Operation;
use crate::{tables::Table, webapi::RowBody};

/// The stand-in of operation 0; that of another has its number in the last digits.
const STAND_IN: u128 = 0x3c2f_71b8_5d0e_4a96_9b47_0000_0000_0000;

/// The row of an earlier operation.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// The operation's number on the wire.
    pub(super) number: usize,
    /// The row's table; none where the operation itself has a fault.
    pub(super) table: Option<Rc<Table>>,
}

/// The names of all operations, and the rows that can be referred to from where the plan stands.
#[derive(Debug)]
pub(super) struct References<'a> {
    all: BTreeMap<&'a str, usize>,
    here: BTreeMap<&'a str, Made>,
}

impl<'a> References<'a> {
    /// The names in `operations`, and what is wrong with them.
    pub(super) fn new(operations: &'a [Operation]) -> (Self, Vec<FieldError>) {
        let mut all = BTreeMap::new();
        let mut faults = Vec::new();
        for (index, operation) in operations.iter().enumerate() {
            let Some(name) = operation.content_id.as_deref() else {
                continue;
            };
            let place = format!("/operations/{index}/content-id");
            if !is_name(name) {
                let message = "a name of letters, digits, `_` and `-` is needed here, without `$`";
                faults.push(FieldError::new(place, message));
            } else if let Some(other) = all.insert(name, index) {
                let message = format!("operation {} is called `{name}` already", other + 1);
                faults.push(FieldError::new(place, message));
            }
        }
        let here = BTreeMap::new();
        (Self { all, here }, faults)
    }

    /// Leaves a change set: its rows cannot be referred to any more.
    pub(super) fn leave(&mut self) {
        self.here.clear();
    }

    /// From here on `name` is the row `made`.
    pub(super) fn add(&mut self, name: &'a str, made: Made) {
        self.here.insert(name, made);
    }

    /// The row that `text` refers to; `None` when it is no reference.
    pub(super) fn find(&self, text: &str, pointer: &str) -> Result<Option<&Made>, Error> {
        let Some(name) = referred(text) else {
            return Ok(None);
        };
        if let Some(made) = self.here.get(name) {
            return Ok(Some(made));
        }
        let message = match self.all.get(name) {
            Some(index) => format!(
                "`${name}` is operation {}: a reference leads to an earlier operation of the same change set",
                index + 1
            ),
            None => format!(
                "no operation has the content-id `{name}`{}",
                did_you_mean(&nearest(name, self.all.keys().copied()))
            ),
        };
        Err(Error::invalid(pointer, message))
    }

    /// `row` with a stand-in for each reference.
    pub(super) fn replaced(&self, row: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let mut faults = Vec::new();
        let row = self.replace_in(row, "/row", &mut faults);
        if faults.is_empty() {
            Ok(row)
        } else {
            Err(Error::InvalidInput(faults))
        }
    }

    fn replace_in(
        &self,
        row: &Map<String, Value>,
        pointer: &str,
        faults: &mut Vec<FieldError>,
    ) -> Map<String, Value> {
        row.iter()
            .map(|(name, value)| {
                let place = below(pointer, name);
                (name.clone(), self.replace(name, value, &place, faults))
            })
            .collect()
    }

    fn replace(
        &self,
        name: &str,
        value: &Value,
        place: &str,
        faults: &mut Vec<FieldError>,
    ) -> Value {
        match value {
            Value::Object(row) => Value::Object(self.replace_in(row, place, faults)),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                let replaced = items.map(|(index, item)| {
                    self.replace(name, item, &format!("{place}/{index}"), faults)
                });
                replaced.collect()
            }
            Value::String(text) => match self.find(text, place) {
                Ok(Some(made)) => made.table.as_ref().map_or_else(
                    || value.clone(),
                    |table| Value::from(format!("{}({})", table.set, stand_in(made.number))),
                ),
                // Elsewhere a dollar sign may be a dollar sign.
                Err(Error::InvalidInput(more)) if points(name) => {
                    faults.extend(more);
                    value.clone()
                }
                _ => value.clone(),
            },
            other => other.clone(),
        }
    }

    /// `body` with the references in the place of their stand-ins.
    pub(super) fn put_back(&self, body: RowBody) -> RowBody {
        let rows: Vec<(String, &str, usize)> = self
            .here
            .iter()
            .map(|(name, made)| (stand_in(made.number), *name, made.number))
            .collect();
        body.into_iter()
            .map(|(name, value)| {
                let value = put_back(&name, value, &rows);
                (name, value)
            })
            .collect()
    }
}

fn put_back(name: &str, value: Value, rows: &[(String, &str, usize)]) -> Value {
    match value {
        Value::Object(row) => row
            .into_iter()
            .map(|(name, value)| {
                let value = put_back(&name, value, rows);
                (name, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => {
            let items = items.into_iter();
            items.map(|item| put_back(name, item, rows)).collect()
        }
        Value::String(text) => match rows.iter().find(|(stand_in, ..)| text.contains(stand_in)) {
            Some((_, _, number)) if points(name) => Value::from(format!("${number}")),
            // A text that only looked like a reference.
            Some((_, name, _)) => Value::from(format!("${name}")),
            None => Value::String(text),
        },
        other => other,
    }
}

/// Whether the property of this name points at a row whatever metadata says.
fn points(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("@odata.bind") || name == "@odata.id"
}

fn stand_in(number: usize) -> String {
    let number = u128::try_from(number).unwrap_or_default();
    Uuid::from_u128(STAND_IN | number).hyphenated().to_string()
}

/// The name in `$name`.
fn referred(text: &str) -> Option<&str> {
    let text = text.trim();
    let name = text.strip_prefix("/$").or_else(|| text.strip_prefix('$'))?;
    is_name(name).then_some(name)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|next| next.is_ascii_alphanumeric() || matches!(next, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_dollar_sign_and_a_name() {
        for (text, expected) in [
            ("$1", Some("1")),
            ("/$order-1", Some("order-1")),
            (" $a_b ", Some("a_b")),
            ("$", None),
            ("$1.50", None),
            ("1", None),
            ("accounts($1)", None),
        ] {
            assert_eq!(referred(text), expected, "{text}");
        }
    }

    #[test]
    fn each_operation_has_a_stand_in_of_its_own() {
        assert_ne!(stand_in(1), stand_in(2));
        assert!(stand_in(1_000).starts_with("3c2f71b8-5d0e-4a96-9b47-"));
    }
}
