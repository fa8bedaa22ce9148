//! A row of a page as an event.

use airlock_connector::{Error, Event};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use super::moment::Moment;
use crate::tables::Table;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
}

impl Change {
    fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// What an event of a row carries.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Payload {
    /// Logical name of the table.
    table: String,
    /// Id of the row.
    id: String,
    /// What became of it.
    change: Change,
    /// The row's version, which grows with each of its changes; a deleted row has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// The row as it was read, which may be after later changes; nothing is left of a deleted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    row: Option<Box<RawValue>>,
}

/// What is known of a row beside its columns.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) id: String,
    /// The number in its version tag.
    pub(super) version: Option<u64>,
    pub(super) created: Option<Moment>,
    pub(super) modified: Option<Moment>,
}

impl Facts {
    /// Reads them.
    pub(super) fn of(table: &Table, row: &str) -> Result<Self, Error> {
        let row: Map<String, Value> = serde_json::from_str(row)
            .map_err(|error| Error::Internal(format!("a row is no JSON object: {error}")))?;
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let id = text(&table.primary_id).ok_or_else(|| {
            Error::Internal(format!(
                "the service gave a row without `{}`",
                table.primary_id
            ))
        })?;
        Ok(Self {
            id: id.to_ascii_lowercase(),
            version: text("@odata.etag").and_then(number),
            created: text("createdon").and_then(Moment::parse),
            modified: text("modifiedon").and_then(Moment::parse),
        })
    }
}

/// The number in a version tag such as `W/"919050"`.
fn number(tag: &str) -> Option<u64> {
    tag.strip_prefix("W/\"")?.strip_suffix('"')?.parse().ok()
}

/// The event that a row as it is now stands for. The same version of a row is the same event, however it is
/// come by.
pub(super) fn of_row(
    table: &Table,
    facts: &Facts,
    change: Change,
    row: &str,
) -> Result<Event, Error> {
    let version = facts.version.ok_or_else(|| {
        Error::Internal("the service gave a row without a version tag".to_owned())
    })?;
    let row = RawValue::from_string(row.to_owned());
    let payload = Payload {
        table: table.name.to_string(),
        id: facts.id.clone(),
        change,
        version: Some(version.to_string()),
        row: Some(row.map_err(|error| Error::Internal(error.to_string()))?),
    };
    let occurred = match change {
        Change::Created => facts.created.or(facts.modified),
        _ => facts.modified,
    };
    event(
        format!("{}/{}/{version}", table.name, facts.id),
        change,
        occurred,
        &payload,
    )
}

/// The event of a row that is gone. `since` names from where the service told of it: a row may be made
/// again under its id, and deleted again.
pub(super) fn of_deleted(table: &Table, id: &str, since: &str) -> Result<Event, Error> {
    let id = id.to_ascii_lowercase();
    let name = format!("{}/{id}/deleted/{since}", table.name);
    let payload = Payload {
        table: table.name.to_string(),
        id,
        change: Change::Deleted,
        version: None,
        row: None,
    };
    event(name, Change::Deleted, None, &payload)
}

fn event(
    id: String,
    change: Change,
    occurred: Option<Moment>,
    payload: &Payload,
) -> Result<Event, Error> {
    Ok(Event {
        id,
        kind: change.word().to_owned(),
        occurred_at: occurred.map(|moment| moment.to_string()),
        payload: serde_json::to_string(payload)
            .map_err(|error| Error::Internal(error.to_string()))?,
    })
}
