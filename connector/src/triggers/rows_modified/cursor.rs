//! How far a poll by `modifiedon` has come. Pure.

use airlock_connector::Error;
use serde::{Deserialize, Serialize};

use crate::triggers::{event::Facts, moment::Moment};

/// Where a watch is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cursor {
    /// Logical name of the table: a cursor is good for one.
    pub(super) table: String,
    /// The newest `modifiedon` of all rows told so far; none in an empty table.
    pub(super) told: Option<Moment>,
    /// What was there before the watch began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<Before>,
    /// The page that a walk under way goes on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) walk: Option<Walk>,
}

/// The line between what was there before a watch began and what came after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Before {
    /// The newest `modifiedon`.
    pub(super) time: Moment,
    /// The highest version among the rows of that second.
    pub(super) version: u64,
}

/// A walk through the rows that were modified since some time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Walk {
    pub(super) next: String,
    /// The newest `modifiedon` seen in it.
    pub(super) newest: Option<Moment>,
}

impl Before {
    /// Whether a row is as it was before the watch began.
    pub(super) fn has(&self, facts: &Facts) -> bool {
        facts.modified.is_some_and(|modified| modified <= self.time)
            && facts.version.is_some_and(|version| version <= self.version)
    }
}

impl Cursor {
    pub(super) fn read(text: &str, table: &str) -> Result<Self, Error> {
        let cursor: Self = serde_json::from_str(text).map_err(|error| {
            Error::invalid("", format!("this is no cursor of `rows-modified`: {error}"))
        })?;
        if cursor.table != table {
            return Err(Error::invalid(
                "/table",
                format!("this cursor belongs to {} and not to {table}", cursor.table),
            ));
        }
        Ok(cursor)
    }

    pub(super) fn write(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }
}
