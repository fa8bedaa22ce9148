//! What tying and untying have in common: the rows at the other end, and an answer for each of them.

use airlock_connector::{Error, Transport};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    columns::{Related, Relation},
    session::Session,
};

/// What became of the link to one row.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Link {
    /// The row at the other end, as it stands in Web API URLs.
    related: String,
    /// What became of the link.
    outcome: Outcome,
}

/// What became of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// It is new.
    Associated,
    /// It was there before.
    AlreadyAssociated,
    /// It is gone.
    Disassociated,
    /// An earlier call with the same idempotency key had been begun, and it was gone already.
    AlreadyDisassociated,
}

impl Link {
    /// The link to `related`.
    pub(super) fn new(related: &Related, outcome: Outcome) -> Self {
        Self {
            related: related.address.trim_start_matches('/').to_owned(),
            outcome,
        }
    }
}

/// The rows that an input lists under `related`, each with the way to it. All faults come together.
pub(super) async fn others<T: Transport>(
    session: &Session<T>,
    relations: &[Relation],
    values: &[Value],
) -> Result<Vec<Related>, Error> {
    let many = relations.iter().all(|one| one.many);
    if !many && values.len() > 1 {
        return Err(Error::invalid(
            "/related/1",
            "this relationship leads to one row: give one",
        ));
    }
    let mut found = Vec::with_capacity(values.len());
    let mut faults = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let pointer = format!("/related/{index}");
        match session.related(relations, value, &pointer).await {
            Ok(one) => found.push(one),
            Err(Error::InvalidInput(more)) => faults.extend(more),
            Err(error) => return Err(error),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(Error::InvalidInput(faults))
    }
}

/// An error on the way through several rows says how far it came.
pub(super) fn broken_off(error: Error, done: usize, of: usize, what: &str) -> Error {
    if of < 2 {
        return error;
    }
    error.noting(&format!(
        "{done} of {of} rows had been {what}: the same call may be made again"
    ))
}
