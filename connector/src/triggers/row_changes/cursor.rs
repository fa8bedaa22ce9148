//! How far a watch has come. Pure.

use airlock_connector::Error;
use serde::{Deserialize, Serialize};

use super::token;
use crate::triggers::{event::Facts, moment::Moment};

/// Rows made within one second whose ids are remembered; beyond, one that is changed in the second of its
/// making may be told as made twice.
const REMEMBERED: usize = 1_000;

/// Where a watch is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cursor {
    /// Logical name of the table: a cursor is good for one.
    pub(super) table: String,
    pub(super) place: Place,
    /// Which rows were made in the newest second of those seen.
    #[serde(default, skip_serializing_if = "Newest::is_empty")]
    pub(super) newest: Newest,
}

/// A place in the table's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Place {
    /// All rows are read once, because behind the last stands the first token. What is newer than this is an
    /// event.
    All { next: String, newer_than: Mark },
    /// Everything up to this token is told.
    Token(String),
    /// The changes since this token are being told.
    Since { token: String, next: String },
}

/// A line between what is known and what is new.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mark {
    /// Everything is known.
    Now,
    /// What has a higher version is new, and what was made since the time is made.
    Version(u64, Option<Moment>),
    /// What was changed since is new.
    Time(Moment),
    /// Nothing is known.
    Nothing,
}

impl Mark {
    /// The line that a token is.
    pub(super) fn of_token(token: &str) -> Self {
        match token::read(token) {
            (Some(version), time) => Self::Version(version, time),
            (None, Some(time)) => Self::Time(time),
            (None, None) => Self::Nothing,
        }
    }

    /// Whether a row has changed since.
    pub(super) fn is_before(self, facts: &Facts) -> bool {
        match self {
            Self::Now => false,
            Self::Version(version, _) => facts.version.is_none_or(|of_row| of_row > version),
            Self::Time(time) => facts.modified.is_none_or(|modified| modified >= time),
            Self::Nothing => true,
        }
    }

    /// When that was.
    pub(super) fn time(self) -> Option<Moment> {
        match self {
            Self::Version(_, time) => time,
            Self::Time(time) => Some(time),
            Self::Now | Self::Nothing => None,
        }
    }
}

impl Cursor {
    pub(super) fn read(text: &str, table: &str) -> Result<Self, Error> {
        let cursor: Self = serde_json::from_str(text).map_err(|error| {
            Error::invalid("", format!("this is no cursor of `row-changes`: {error}"))
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

/// The ids of rows that were made in the newest second seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Newest {
    second: Option<Moment>,
    ids: Vec<String>,
}

impl Newest {
    fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether this row was seen before as one of them.
    pub(super) fn has(&self, facts: &Facts) -> bool {
        self.second == facts.created && self.ids.contains(&facts.id)
    }

    pub(super) fn see(&mut self, facts: &Facts) {
        if facts.created > self.second {
            self.second = facts.created;
            self.ids.clear();
        }
        if facts.created.is_some()
            && facts.created == self.second
            && self.ids.len() < REMEMBERED
            && !self.ids.contains(&facts.id)
        {
            self.ids.push(facts.id.clone());
        }
    }
}
