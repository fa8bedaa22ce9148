//! What elastic tables do differently: at most a hundred rows, and each stands for itself.
//!
//! Layer: operations (reference §4.4).

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::http::SimError;

use super::item::Item;

/// Rows of one request.
const LIMIT: usize = 100;

/// Name of the annotation with the fate of each row.
const DETAILS: &str = "Microsoft.PowerApps.CDS.ErrorDetails.Plugin.BulkApiErrorDetails";

/// What became of an item.
pub(super) struct Outcome {
    /// The row, when it was written.
    pub id: Option<Uuid>,
    status: StatusCode,
}

impl Outcome {
    /// It was written.
    pub(super) fn done(id: Uuid) -> Self {
        Self {
            id: Some(id),
            status: StatusCode::NO_CONTENT,
        }
    }
}

/// Does the same with every item, whatever becomes of the others.
///
/// # Errors
/// 400 for too many items; the first refusal, with the fate of every row as annotation.
pub(super) fn each(
    items: &[Item],
    mut work: impl FnMut(&Item) -> Result<Uuid, SimError>,
) -> Result<Vec<Outcome>, SimError> {
    if items.len() > LIMIT {
        return Err(SimError::invalid_argument(format!(
            "The number of records in Targets exceeds the limit of {LIMIT} for elastic tables."
        )));
    }
    let mut first = None;
    let mut outcomes = Vec::with_capacity(items.len());
    for item in items {
        outcomes.push(match work(item) {
            Ok(id) => Outcome::done(id),
            Err(error) => {
                let status = error.status;
                first.get_or_insert(error);
                Outcome { id: None, status }
            }
        });
    }
    let Some(mut error) = first else {
        return Ok(outcomes);
    };
    let details: Vec<_> = outcomes
        .iter()
        .zip(items)
        .enumerate()
        .map(|(index, (outcome, item))| {
            json!({
                "RequestIndex": index,
                "Id": outcome.id.or(item.id).unwrap_or_default(),
                "StatusCode": outcome.status.as_u16(),
            })
        })
        .collect();
    error.keeps_work = true;
    error
        .details
        .push((DETAILS, serde_json::Value::Array(details).to_string()));
    Err(error)
}
