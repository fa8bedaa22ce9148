//! What a form, or a person, asks before an action runs.

mod choices;
mod operations;
mod refine;
mod row_columns;
mod schemas;
#[cfg(test)]
mod tests;

pub use choices::choices;
pub use refine::refine;

use airlock_connector::{Error, Transport};

use crate::{actions::connection::who, session::Session, webapi::CallOptions};

/// Proves that the connection works: answers as JSON whom it speaks as, and to whom.
///
/// # Errors
/// What the service answered instead; [`Error::Unauthenticated`] when the credential was refused.
pub async fn check<T: Transport>(session: &Session<T>) -> Result<String, Error> {
    let who = who(session, &CallOptions::default()).await?;
    serde_json::to_string(&who).map_err(|error| Error::Internal(error.to_string()))
}
