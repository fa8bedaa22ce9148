//! What creating, updating and upserting have in common: the columns given, and the answer.

use airlock_connector::{Error, IdempotencyKey};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    actions::options::names,
    webapi::{CallOptions, Effect, Query, Retrieved, RowKey, Written},
};

/// What a write answers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Id of the row, where the service tells it: a write by alternate key that does not ask for
    /// the row learns no id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// What became of the row.
    outcome: Outcome,
    /// The row as it is stored now, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>", extend("x-airlock-rows" = true))]
    row: Option<Box<RawValue>>,
    /// Version tag of the row, where the service tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// What is worth knowing of how the given values were read, such as a time without a zone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// It is new.
    Created,
    /// It existed and was changed.
    Updated,
    /// It was created or updated; the service does not say which unless the row is returned.
    Saved,
    /// It had been created under the same idempotency key, and nothing more was done.
    AlreadyCreated,
    /// It was so already, and nothing was written.
    Unchanged,
}

impl Output {
    /// The answer where nothing had to be written: `found` is the row, where it was asked for.
    pub(super) fn unchanged(key: &RowKey, found: Option<Retrieved>, notes: Vec<String>) -> Self {
        let (row, etag) = found
            .map(|found| (found.row, found.etag))
            .unwrap_or_default();
        Self {
            id: match key {
                RowKey::Id(id) => Some(id.to_string()),
                RowKey::Alternate(_) => None,
            },
            outcome: Outcome::Unchanged,
            row,
            etag,
            notes,
        }
    }

    /// The answer to a write, with what its row was read as.
    pub(super) fn new(written: Written, notes: Vec<String>) -> Self {
        Self {
            id: written.id.map(|id| id.to_string()),
            outcome: match written.effect {
                Effect::Created => Outcome::Created,
                Effect::Updated => Outcome::Updated,
                Effect::Saved => Outcome::Saved,
                Effect::AlreadyCreated => Outcome::AlreadyCreated,
            },
            row: written.row,
            etag: written.etag,
            notes,
        }
    }
}

/// A conflict of a call that an earlier one with its key may have caused says so.
pub(super) fn perhaps_done(error: Error, key: Option<IdempotencyKey<'_>>) -> Error {
    match (&error, key) {
        (Error::Conflict(_), Some(key)) if key.may_be_done => error.noting(
            "an earlier call with this idempotency key, whose outcome is not known, may have made just this change: look at the row",
        ),
        _ => error,
    }
}

/// Which columns of its row a write gives back.
pub(super) fn returned(select: Option<&[String]>, options: &CallOptions) -> Query {
    if !options.return_row {
        return Query::default();
    }
    Query {
        select: names(select.unwrap_or_default()),
        ..Query::default()
    }
}
