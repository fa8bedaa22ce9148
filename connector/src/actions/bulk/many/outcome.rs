//! What became of each row, and what all of it came to.

use airlock_connector::{Error, FieldError, stream::Misread};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use super::super::result::Reason;

/// What became of one row.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::actions::bulk) struct RowResult {
    /// Where the row stands: the number of its line, or of its element in a JSON array, from 1.
    pub(super) line: u64,
    /// What became of it.
    pub(super) outcome: Outcome,
    /// Id of the row, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Why it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Reason>,
    /// The row as it was given, where it was not done: to be mended and sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(super) row: Option<Box<RawValue>>,
    /// What was given in the place of a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// What is worth knowing of how the given values were read, such as a time without a zone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::actions::bulk) enum Outcome {
    /// It is new.
    Created,
    /// An earlier call under the same idempotency key had made it, and nothing more was done.
    AlreadyCreated,
    /// It existed and was changed.
    Updated,
    /// It was created or updated; the service does not say which.
    Saved,
    /// It is gone.
    Deleted,
    /// An earlier call under the same idempotency key had been begun, and it was gone already.
    AlreadyDeleted,
    /// It is wrong, or the service refused it.
    Failed,
    /// It was not begun, because the run ended before.
    NotBegun,
    /// The connection broke: it may have been done, so look before repeating it, or repeat it under
    /// the same idempotency key.
    Unknown,
}

impl Outcome {
    /// Whether what was asked for is so now.
    fn is_done(self) -> bool {
        !matches!(self, Self::Failed | Self::NotBegun | Self::Unknown)
    }
}

impl RowResult {
    /// Of a row that was done.
    pub(super) fn done(
        line: u64,
        outcome: Outcome,
        id: Option<String>,
        notes: Vec<String>,
    ) -> Self {
        Self {
            line,
            outcome,
            id,
            error: None,
            row: None,
            text: None,
            notes,
        }
    }

    /// Of a row that was not.
    pub(super) fn not_done(
        line: u64,
        outcome: Outcome,
        error: Option<Error>,
        row: Box<RawValue>,
    ) -> Self {
        Self {
            error: error.map(reason),
            row: Some(row),
            ..Self::done(line, outcome, None, Vec::new())
        }
    }

    /// Of what is no row.
    pub(super) fn misread(line: u64, misread: Misread) -> Self {
        Self {
            error: Some(reason(Error::invalid("", misread.why))),
            text: Some(misread.text),
            ..Self::done(line, Outcome::Failed, None, Vec::new())
        }
    }

    /// Whether the row was done.
    pub(super) fn is_done(&self) -> bool {
        self.outcome.is_done()
    }
}

/// The reason that names every fault of the row.
fn reason(error: Error) -> Reason {
    let all = match &error {
        Error::InvalidInput(faults) if faults.len() > 1 => Some(joined(faults)),
        _ => None,
    };
    let mut reason = Reason::from(error);
    if let Some(all) = all {
        reason.message = all;
    }
    reason
}

fn joined(faults: &[FieldError]) -> String {
    let each = faults.iter().map(|fault| match fault.pointer.as_str() {
        "" => fault.message.clone(),
        pointer => format!("{pointer}: {}", fault.message),
    });
    each.collect::<Vec<_>>().join("; ")
}

/// What all of it came to.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::actions::bulk) struct Counts {
    /// Rows that were given.
    pub(super) rows: u64,
    /// Rows that were done.
    pub(super) done: u64,
    /// Rows that were not: each has an `error`.
    pub(super) not_done: u64,
    /// Of those done, how many an earlier call under the same idempotency key had done.
    pub(super) done_before: u64,
}

impl Counts {
    /// One row more.
    pub(super) fn count(&mut self, result: &RowResult) {
        self.rows += 1;
        let of = match result.is_done() {
            true => &mut self.done,
            false => &mut self.not_done,
        };
        *of += 1;
        if matches!(
            result.outcome,
            Outcome::AlreadyCreated | Outcome::AlreadyDeleted
        ) {
            self.done_before += 1;
        }
    }
}
