//! What became of each operation, for whoever sent them.

use airlock_connector::{Error, http::Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use super::operation::Verb;
use crate::webapi::{
    Effect, Precondition, Reply, RowId, RowSet, batch::Fate, reply, rows::written,
};

/// What became of one operation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct OperationResult {
    /// Name of the operation, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_id: Option<String>,
    /// What became of it.
    pub(super) outcome: Outcome,
    /// Id of the row, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The row, where it was read or asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>", extend("x-airlock-rows" = true))]
    row: Option<Box<RawValue>>,
    /// Version tag of the row, where the service tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// Why it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Reason>,
    /// What is worth knowing of how the given values were read, such as a time without a zone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// The row is new.
    Created,
    /// The row existed and was changed.
    Updated,
    /// The row was created or updated; the service does not say which.
    Saved,
    /// The row is gone.
    Deleted,
    /// The row was read.
    Read,
    /// The rows are connected.
    Associated,
    /// The rows are not connected any more.
    Disassociated,
    /// The service refused it.
    Failed,
    /// Another operation of its change set failed: nothing of it remains.
    Undone,
    /// It was not begun, because one before it failed.
    NotBegun,
    /// The connection broke: it may have been carried out, so look before repeating it.
    Unknown,
}

impl Outcome {
    /// Whether the operation did what it should.
    pub(super) fn is_done(self) -> bool {
        !matches!(
            self,
            Self::Failed | Self::Undone | Self::NotBegun | Self::Unknown
        )
    }
}

/// Why an operation was not done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Reason {
    /// What happened, for a person.
    pub(super) message: String,
    /// Place in the input that is to blame, as a JSON Pointer, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Code of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Request id, for the service's support desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl From<Error> for Reason {
    fn from(error: Error) -> Self {
        let failure = error.failure().cloned().unwrap_or_default();
        let (message, pointer) = match error {
            Error::InvalidInput(faults) => match faults.into_iter().next() {
                Some(fault) => (fault.message, Some(fault.pointer)),
                None => (String::new(), None),
            },
            other => (other.to_string(), None),
        };
        Self {
            message,
            pointer,
            status: failure.status,
            code: failure.code,
            request_id: failure.request_id,
        }
    }
}

/// What an operation is about, as far as its answer has to be read.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// Which operation it is, from 1.
    pub(super) number: usize,
    /// Where it stands in the input.
    pub(super) pointer: String,
    pub(super) verb: Verb,
    pub(super) content_id: Option<String>,
    pub(super) rows: RowSet,
    /// The row's id, where the input tells it.
    pub(super) id: Option<RowId>,
    pub(super) precondition: Option<Precondition>,
    pub(super) notes: Vec<String>,
}

impl Subject {
    /// The result that `fate` is.
    pub(super) fn result(&self, fate: Fate) -> OperationResult {
        match fate {
            Fate::Answered(response) if response.status < 400 => self
                .done(response)
                .unwrap_or_else(|error| self.not_done(Outcome::Unknown, Some(error))),
            Fate::Answered(response) => self.not_done(Outcome::Failed, Some(self.error(&response))),
            Fate::UndoneBy(response) => {
                let error = self.error(&response);
                self.not_done(
                    Outcome::Undone,
                    Some(error.noting(
                        "the service does not say which operation of the change set this is about",
                    )),
                )
            }
            Fate::Undone => self.not_done(Outcome::Undone, None),
            Fate::NotBegun => self.not_done(Outcome::NotBegun, None),
        }
    }

    /// The error that the answer to this operation is.
    pub(super) fn error(&self, response: &Response) -> Error {
        let error = reply::error_of(response);
        let mut error = reply::within_row(error, &format!("{}/row", self.pointer));
        if let Error::InvalidInput(faults) = &mut error {
            for fault in faults.iter_mut().filter(|fault| fault.pointer.is_empty()) {
                fault.pointer.clone_from(&self.pointer);
            }
        }
        error
    }

    /// The operation in words: its number, its name where it has one, and what it does.
    pub(super) fn described(&self) -> String {
        let name = self.content_id.as_deref();
        let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
        let word = self.verb.word();
        format!(
            "operation {}{name} ({word} in {})",
            self.number, self.rows.set
        )
    }

    /// The result of an operation that was not done.
    pub(super) fn not_done(&self, outcome: Outcome, error: Option<Error>) -> OperationResult {
        OperationResult {
            content_id: self.content_id.clone(),
            outcome,
            id: None,
            row: None,
            etag: None,
            error: error.map(Reason::from),
            notes: self.notes.clone(),
        }
    }

    fn done(&self, response: Response) -> Result<OperationResult, Error> {
        let reply = Reply::from(response);
        let effect = match (reply.status, &self.precondition) {
            (200, _) | (_, Some(Precondition::Exists | Precondition::Version(_))) => {
                Effect::Updated
            }
            (201, _) => Effect::Created,
            _ => Effect::Saved,
        };
        let outcome = match (self.verb, effect) {
            (Verb::Create, _) => Outcome::Created,
            (Verb::Update, _) | (Verb::Upsert, Effect::Updated) => Outcome::Updated,
            (Verb::Upsert, Effect::Created) => Outcome::Created,
            (Verb::Upsert, _) => Outcome::Saved,
            (Verb::Delete, _) => Outcome::Deleted,
            (Verb::Get, _) => Outcome::Read,
            (Verb::Associate, _) => Outcome::Associated,
            (Verb::Disassociate, _) => Outcome::Disassociated,
        };
        let written = written(&self.rows, &reply, effect, self.id)?;
        Ok(OperationResult {
            content_id: self.content_id.clone(),
            outcome,
            id: written.id.map(|id| id.to_string()),
            row: written.row,
            etag: written.etag,
            error: None,
            notes: self.notes.clone(),
        })
    }
}
