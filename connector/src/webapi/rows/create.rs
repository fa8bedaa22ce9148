//! New rows, under an idempotency key or without.

use airlock_connector::{Error, Failure, Transport, http::Method};
use serde_json::Value;

use super::{Effect, RowBody, RowSet, Written, written};
use crate::webapi::{
    client::{ApiRequest, Client, Safety},
    headers::{CallOptions, Precondition},
    key::RowKey,
    query::Query,
    row_id::RowId,
};

/// How a new row gets its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewId {
    /// The service draws one; a create whose fate is unknown is then not repeated.
    FromService,
    /// An idempotency key decides it: a repeat finds the row.
    Keyed(KeyedId),
}

/// The id that an idempotency key gives a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyedId {
    /// Derived from the key ([`crate::webapi::idempotency::row_id`]).
    pub id: RowId,
    /// Whether a call with the key was begun before and nobody knows what became of it.
    pub may_be_done: bool,
}

impl<T: Transport> Client<T> {
    /// Creates a row.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a key or duplicate rule forbids it; otherwise what the service
    /// answered.
    pub async fn create(
        &self,
        table: &RowSet,
        mut body: RowBody,
        id: NewId,
        query: &Query,
        options: &CallOptions,
    ) -> Result<Written, Error> {
        let keyed = match id {
            NewId::FromService => {
                let url = self.base().url(table.set.as_str(), &query.encode())?;
                let call = ApiRequest::new(Method::Post, url).with_options(options);
                let reply = self.write(call, &body).await?;
                return written(table, &reply, Effect::Created, None);
            }
            NewId::Keyed(keyed) => keyed,
        };
        // An id that the caller chose is as good: a repeat brings the same one.
        let own = own_id(&body, table);
        let id = own.unwrap_or(keyed.id);
        let mut call = if has_nested_rows(&body) {
            // Rows within rows are taken by POST only; the id in the body makes a repeat collide.
            body.insert(table.primary_id.clone(), Value::String(id.to_string()));
            let url = self.base().url(table.set.as_str(), &query.encode())?;
            ApiRequest::new(Method::Post, url).with_options(options)
        } else {
            body.remove(&table.primary_id);
            let url = self.row_url(table, &RowKey::Id(id), &query.encode())?;
            let mut call = ApiRequest::new(Method::Patch, url).with_options(options);
            call.options.precondition = Some(Precondition::Absent);
            call
        };
        call.safety = Some(Safety::Repeatable);
        let (fate, uncertain) = self.attempt_write(call, &body).await?;
        match fate {
            Ok(reply) => written(table, &reply, Effect::Created, Some(id)),
            // Under an id of the caller's own anybody may have made a row.
            Err(Error::Conflict(failure)) if own.is_some() && !uncertain && !keyed.may_be_done => {
                Err(Error::Conflict(failure).noting(
                    "the row has an id of its own, so the idempotency key cannot tell who made the one that is there",
                ))
            }
            Err(Error::Conflict(failure)) => {
                self.landed_before(table, id, query, options, failure).await
            }
            Err(error) => Err(error),
        }
    }

    /// A create under a derived id met a conflict: either the row is there already, which is what
    /// the caller wanted, or another rule refused it.
    async fn landed_before(
        &self,
        table: &RowSet,
        id: RowId,
        query: &Query,
        options: &CallOptions,
        failure: Failure,
    ) -> Result<Written, Error> {
        let read = Query {
            select: if options.return_row {
                query.select.clone()
            } else {
                vec![table.primary_id.clone()]
            },
            ..Query::default()
        };
        let read_options = CallOptions {
            annotations: options.annotations,
            caller: options.caller,
            ..CallOptions::default()
        };
        let found = self
            .retrieve(table, &RowKey::Id(id), &read, &read_options)
            .await;
        match found {
            Ok(found) => Ok(Written {
                effect: Effect::AlreadyCreated,
                id: Some(id),
                etag: found.etag,
                row: found.row.filter(|_| options.return_row),
            }),
            Err(Error::NotFound(_)) => Err(Error::Conflict(failure)),
            Err(error) => Err(error),
        }
    }
}

fn own_id(body: &RowBody, table: &RowSet) -> Option<RowId> {
    body.get(&table.primary_id)?.as_str()?.parse().ok()
}

/// Whether the body creates further rows within this one.
pub(crate) fn has_nested_rows(body: &RowBody) -> bool {
    body.iter().any(|(name, value)| {
        let nested = |value: &Value| value.is_object();
        !name.contains('@')
            && (nested(value)
                || value
                    .as_array()
                    .is_some_and(|items| items.iter().any(nested)))
    })
}
