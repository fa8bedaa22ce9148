//! One row at a time: what the operations share, and reading.
//!
//! Each operation goes out in the form that can be repeated without harm.

mod change;
mod create;
mod find;

use airlock_connector::{Error, Transport};
use serde_json::{Map, Value, value::RawValue};

use super::{
    client::{Client, Reply, not_understood},
    headers::CallOptions,
    key::RowKey,
    names::EntitySetName,
    query::Query,
    reply,
    row_id::RowId,
};
use crate::webapi::client::ApiRequest;

pub use change::Deletion;
pub(crate) use create::has_nested_rows;
pub use create::{KeyedId, NewId};

/// Where in the input of an action the row stands.
const ROW: &str = "/row";

/// The columns of a row as they go onto the wire.
pub type RowBody = Map<String, Value>;

/// A table as far as rows are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSet {
    /// Name in URLs.
    pub set: EntitySetName,
    /// Column that holds the row's id.
    pub primary_id: String,
}

/// What a read found.
#[derive(Clone, Debug)]
pub struct Retrieved {
    /// The row; `None` when it did not change since the given version.
    pub row: Option<Box<RawValue>>,
    /// Its version tag.
    pub etag: Option<String>,
}

/// What became of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is new.
    Created,
    /// It existed and was changed.
    Updated,
    /// One of the two: the service does not say which without returning the row.
    Saved,
    /// It had been created under the same idempotency key, and nothing more was done.
    AlreadyCreated,
}

/// What a write did.
#[derive(Clone, Debug)]
pub struct Written {
    /// What became of the row.
    pub effect: Effect,
    /// The row's id, where the service or the call tells it.
    pub id: Option<RowId>,
    /// Version tag, where the row was returned.
    pub etag: Option<String>,
    /// The row as stored, where it was asked for.
    pub row: Option<Box<RawValue>>,
}

impl<T: Transport> Client<T> {
    /// Reads one row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist; otherwise what the service answered.
    pub async fn retrieve(
        &self,
        table: &RowSet,
        key: &RowKey,
        query: &Query,
        options: &CallOptions,
    ) -> Result<Retrieved, Error> {
        self.read(table, key, query, options, false).await
    }

    /// Like [`Client::retrieve`], for a row that only prepares another request.
    ///
    /// # Errors
    /// See [`Client::retrieve`].
    pub async fn look(
        &self,
        table: &RowSet,
        key: &RowKey,
        query: &Query,
        options: &CallOptions,
    ) -> Result<Retrieved, Error> {
        self.read(table, key, query, options, true).await
    }

    async fn read(
        &self,
        table: &RowSet,
        key: &RowKey,
        query: &Query,
        options: &CallOptions,
        prepares: bool,
    ) -> Result<Retrieved, Error> {
        let url = self.row_url(table, key, &query.encode())?;
        let mut call = ApiRequest::get(url).with_options(options);
        call.prepares = prepares;
        let reply = self.send(call).await?;
        let etag = reply::etag(&reply.headers);
        Ok(Retrieved {
            row: row_of(&reply)?,
            etag,
        })
    }

    /// The URL of one row.
    pub(crate) fn row_url(
        &self,
        table: &RowSet,
        key: &RowKey,
        query: &str,
    ) -> Result<String, Error> {
        let (resource, query) = key.address(&table.set, query);
        self.base().url(&resource, &query)
    }

    /// Sends a write whose body is a row.
    async fn write(&self, call: ApiRequest, body: &RowBody) -> Result<Reply, Error> {
        let (fate, _) = self.attempt_write(call, body).await?;
        fate
    }

    /// The same, and says whether an earlier attempt may have been carried out already.
    async fn attempt_write(
        &self,
        call: ApiRequest,
        body: &RowBody,
    ) -> Result<(Result<Reply, Error>, bool), Error> {
        let bytes = serde_json::to_vec(body).map_err(|error| Error::Internal(error.to_string()))?;
        let (fate, uncertain) = self.attempt(call.with_body(bytes)).await?;
        let fate = fate.map_err(|error| reply::within_row(error, ROW));
        Ok((fate, uncertain))
    }
}

fn id_of(key: &RowKey) -> Option<RowId> {
    match key {
        RowKey::Id(id) => Some(*id),
        RowKey::Alternate(_) => None,
    }
}

/// The row in an answer, where there is one.
pub(crate) fn row_of(reply: &Reply) -> Result<Option<Box<RawValue>>, Error> {
    if reply.body.is_empty() || matches!(reply.status, 204 | 304) {
        return Ok(None);
    }
    serde_json::from_slice(&reply.body)
        .map(Some)
        .map_err(|error| not_understood(reply.status, &error))
}

/// What the answer to a write says.
pub(crate) fn written(
    table: &RowSet,
    reply: &Reply,
    effect: Effect,
    known: Option<RowId>,
) -> Result<Written, Error> {
    let row = row_of(reply)?;
    // With the row in the body the service sends no OData-EntityId.
    let in_body = || {
        let row: Map<String, Value> = serde_json::from_str(row.as_ref()?.get()).ok()?;
        row.get(&table.primary_id)?.as_str()?.parse().ok()
    };
    Ok(Written {
        effect,
        id: known
            .or_else(|| reply::row_id(&reply.headers))
            .or_else(in_body),
        etag: reply::etag(&reply.headers),
        row,
    })
}

#[cfg(test)]
mod tests;
