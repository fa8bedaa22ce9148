//! Rows that exist, or may: update, upsert, delete.

use airlock_connector::{Error, Transport, http::Method};

use super::{Effect, RowBody, RowSet, Written, id_of, written};
use crate::webapi::{
    client::{ApiRequest, Client},
    headers::{CallOptions, Precondition},
    key::RowKey,
    query::Query,
};

/// What became of a row that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It is gone.
    Done,
    /// An earlier call with the same idempotency key had been begun, and it was gone already.
    DoneBefore,
}

impl<T: Transport> Client<T> {
    /// Changes a row that exists; never creates one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist, [`Error::Conflict`] when the version given in
    /// `options` is not its version any more; otherwise what the service answered.
    pub async fn update(
        &self,
        table: &RowSet,
        key: &RowKey,
        body: RowBody,
        query: &Query,
        options: &CallOptions,
    ) -> Result<Written, Error> {
        let url = self.row_url(table, key, &query.encode())?;
        let mut call = ApiRequest::new(Method::Patch, url).with_options(options);
        call.options
            .precondition
            .get_or_insert(Precondition::Exists);
        let reply = self.write(call, &body).await?;
        written(table, &reply, Effect::Updated, id_of(key))
    }

    /// Changes the row if it exists and creates it otherwise.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn upsert(
        &self,
        table: &RowSet,
        key: &RowKey,
        body: RowBody,
        query: &Query,
        options: &CallOptions,
    ) -> Result<Written, Error> {
        let url = self.row_url(table, key, &query.encode())?;
        let call = ApiRequest::new(Method::Patch, url).with_options(options);
        let reply = self.write(call, &body).await?;
        let effect = match (reply.status, &options.precondition) {
            (201, _) | (_, Some(Precondition::Absent)) => Effect::Created,
            (200, _) | (_, Some(Precondition::Exists | Precondition::Version(_))) => {
                Effect::Updated
            }
            _ => Effect::Saved,
        };
        written(table, &reply, effect, id_of(key))
    }

    /// Deletes a row. `may_be_done` says that an earlier call of the same kind may have done it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist; otherwise what the service answered.
    pub async fn delete(
        &self,
        table: &RowSet,
        key: &RowKey,
        options: &CallOptions,
        may_be_done: bool,
    ) -> Result<Deletion, Error> {
        let url = self.row_url(table, key, "")?;
        let call = ApiRequest::new(Method::Delete, url).with_options(options);
        let (fate, uncertain) = self.attempt(call).await?;
        match fate {
            Ok(_) => Ok(Deletion::Done),
            // An earlier attempt, whose answer was lost, had deleted it.
            Err(Error::NotFound(_)) if uncertain => Ok(Deletion::Done),
            Err(Error::NotFound(_)) if may_be_done => Ok(Deletion::DoneBefore),
            Err(error) => Err(error),
        }
    }
}
