//! A row made ready to be sent: which row it is, and what it is to be, in the service's words.

use std::{rc::Rc, time::Duration};

use airlock_connector::{Error, FieldError, Transport, stream::GivenRow};
use serde_json::{Map, Value, value::RawValue};

use super::{
    kind::Kind,
    outcome::{Outcome, RowResult},
};
use crate::{
    session::Session,
    tables::Table,
    webapi::{RowBody, RowId, RowKey, rows::has_nested_rows},
};

/// A row ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    /// Where it stands.
    pub(super) line: u64,
    /// As it was given.
    pub(super) given: Box<RawValue>,
    /// Which row it is.
    pub(super) key: RowKey,
    /// Whether its id is its giver's own: who made the row under it cannot be told from it.
    pub(super) own: bool,
    /// What is written, without the key.
    pub(super) body: RowBody,
    pub(super) notes: Vec<String>,
}

impl Ready {
    /// What no other row of the table has.
    pub(super) fn mark(&self) -> String {
        self.key.describe()
    }

    /// Whether it may go in a message with others: rows within a row are taken singly, and a key with special
    /// characters has no spelling in a body.
    pub(super) fn goes_along(&self, kind: Kind) -> bool {
        let named = match &self.key {
            RowKey::Id(_) => true,
            RowKey::Alternate(key) => kind == Kind::Upsert && key.plain(),
        };
        named && !has_nested_rows(&self.body)
    }

    /// Its id, where that is known.
    pub(super) fn id(&self) -> Option<RowId> {
        match self.key {
            RowKey::Id(id) => Some(id),
            RowKey::Alternate(_) => None,
        }
    }
}

/// What makes rows ready.
pub(super) struct Maker<'a, T> {
    pub(super) session: &'a Session<T>,
    pub(super) table: Rc<Table>,
    pub(super) kind: Kind,
    /// Columns whose values name the row, in place of its id.
    pub(super) key: Vec<String>,
    /// The idempotency key of the call.
    pub(super) call: Option<String>,
    /// When the call began.
    pub(super) since: Duration,
}

impl<T: Transport> Maker<'_, T> {
    /// The row ready to be sent, or what is wrong with it. An error ends the stream: it is not the row's.
    pub(super) async fn make(&self, given: GivenRow) -> Result<Result<Ready, RowResult>, Error> {
        let mut line = given.number;
        let mut given = match given.row {
            Ok(given) => given,
            Err(misread) => return Ok(Err(RowResult::misread(line, misread))),
        };
        if let Some((number, row)) = mended(&given) {
            (line, given) = (number, row);
        }
        let ready = match serde_json::from_str(given.get()) {
            Ok(row) => self.ready(line, given.clone(), row).await,
            Err(error) => Err(Error::invalid("", error.to_string())),
        };
        match ready {
            Err(error @ Error::InvalidInput(_)) => {
                let result = RowResult::not_done(line, Outcome::Failed, Some(error), given);
                Ok(Err(result))
            }
            ready => ready.map(Ok),
        }
    }

    async fn ready(
        &self,
        line: u64,
        given: Box<RawValue>,
        mut row: Map<String, Value>,
    ) -> Result<Ready, Error> {
        let named = self.named(&mut row).await?;
        let own = named.is_some();
        let key = match named {
            Some(key) => key,
            None if self.kind == Kind::Create => RowKey::Id(self.new_id(line)),
            None => return Err(self.nameless()),
        };
        let mut ready = Ready {
            line,
            given,
            key,
            own,
            body: RowBody::new(),
            notes: Vec::new(),
        };
        if let Some(purpose) = self.kind.purpose() {
            let written = self
                .session
                .writable_among_many(&self.table, &row, (purpose, Some(&ready.key)), self.since)
                .await?;
            (ready.body, ready.notes) = (written.body, written.notes);
        }
        Ok(ready)
    }

    /// The key that the row has itself, taken out of it.
    async fn named(&self, row: &mut Map<String, Value>) -> Result<Option<RowKey>, Error> {
        if self.key.is_empty() {
            let id = take(row, &self.table.primary_id).filter(|id| !id.is_null());
            return match id {
                Some(Value::String(id)) => {
                    let place = format!("/{}", self.table.primary_id);
                    let id = id.parse::<RowId>();
                    id.map(|id| Some(RowKey::Id(id)))
                        .map_err(|error| Error::invalid(place, error.to_string()))
                }
                Some(_) => Err(Error::invalid(
                    format!("/{}", self.table.primary_id),
                    "the id of a row is a GUID, as text",
                )),
                None => Ok(None),
            };
        }
        let mut columns = Map::new();
        let mut faults = Vec::new();
        for name in &self.key {
            match take(row, name).filter(|value| !value.is_null()) {
                Some(value) => drop(columns.insert(name.clone(), value)),
                None => faults.push(FieldError::new(
                    format!("/{name}"),
                    "the row is named by this column, and has no value in it",
                )),
            }
        }
        if !faults.is_empty() {
            return Err(Error::InvalidInput(faults));
        }
        let key = self
            .session
            .key_among_many(&self.table, &columns, self.since)
            .await?;
        Ok(Some(key))
    }

    fn nameless(&self) -> Error {
        let id = &self.table.primary_id;
        Error::invalid(
            format!("/{id}"),
            format!(
                "which row? It is named by its id in `{id}`, or by the columns that `key` lists"
            ),
        )
    }

    /// The id of the row that this line makes. Under an idempotency key it is the same each time; without
    /// one it is drawn here and not by the service, so that a request whose answer was lost can be sent again.
    fn new_id(&self, line: u64) -> RowId {
        match &self.call {
            // A key holds no line break, so no other call's key is the same as a line's.
            Some(key) => self.session.row_id(&format!("{key}\n{line}"), &self.table),
            None => {
                let transport = self.session.transport();
                let bytes = [transport.random(), transport.random()].map(u64::to_be_bytes);
                let mut all = [0; 16];
                for (to, from) in all.iter_mut().zip(bytes.concat()) {
                    *to = from;
                }
                RowId::from(uuid::Builder::from_random_bytes(all).into_uuid())
            }
        }
    }
}

/// Takes a column out of a row, by its name in any case.
fn take(row: &mut Map<String, Value>, name: &str) -> Option<Value> {
    if let Some(value) = row.remove(name) {
        return Some(value);
    }
    let spelled = row
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))?
        .clone();
    row.remove(&spelled)
}

/// The row within a result of an earlier run, with the number that it had there: whoever mends the results
/// that failed can send them again as they are, under the same idempotency key.
fn mended(given: &RawValue) -> Option<(u64, Box<RawValue>)> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Result {
        line: u64,
        row: Box<RawValue>,
        #[serde(default, rename = "outcome")]
        _outcome: Option<Box<RawValue>>,
        #[serde(default, rename = "id")]
        _id: Option<Box<RawValue>>,
        #[serde(default, rename = "error")]
        _error: Option<Box<RawValue>>,
        #[serde(default, rename = "notes")]
        _notes: Option<Box<RawValue>>,
    }
    if !given.get().contains("\"line\"") {
        return None;
    }
    let result: Result = serde_json::from_str(given.get()).ok()?;
    result
        .row
        .get()
        .starts_with('{')
        .then_some((result.line, result.row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn a_result_that_was_mended_is_its_row_under_its_old_number() {
        let found = mended(&raw(
            r#"{"line":7,"outcome":"failed","error":{"message":"x"},"row":{"name":"A"}}"#,
        ));
        let (line, row) = found.unwrap();
        assert_eq!((line, row.get()), (7, r#"{"name":"A"}"#));
        for row in [
            r#"{"line":7,"name":"A"}"#,
            r#"{"line":7,"row":5}"#,
            r#"{"line":7,"row":{},"other":1}"#,
        ] {
            assert!(mended(&raw(row)).is_none(), "{row}");
        }
    }

    #[test]
    fn a_column_is_taken_by_its_name_in_any_case() {
        let mut row = serde_json::json!({"AccountId": 1, "name": 2});
        let row = row.as_object_mut().unwrap();
        assert_eq!(take(row, "accountid"), Some(Value::from(1)));
        assert_eq!(take(row, "accountid"), None);
        assert_eq!(row.len(), 1);
    }
}
