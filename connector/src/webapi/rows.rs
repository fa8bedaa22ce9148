//! One row at a time: retrieve, create, update, upsert, delete.
//!
//! Each of them in the form that can be repeated without harm, and each alternate key with any
//! character: where the service cannot read a key in a URL, the row's id is looked up first.

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{
    client::{Call, Client, Reply, Safety, not_understood},
    codes,
    error::{Error, Failure},
    headers::{CallOptions, Precondition},
    key::{AlternateKey, RowKey},
    literal::encode_expression,
    names::EntitySetName,
    query::Query,
    reply,
    row_id::RowId,
    transport::{Method, Transport},
};

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
    /// An earlier call with the same idempotency key had created it; nothing was done now.
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

/// How a new row gets its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewId {
    /// The service draws one; a create whose fate is unknown is then not repeated.
    FromService,
    /// Derived from an idempotency key ([`super::idempotency::row_id`]): a repeat finds the row.
    Derived(RowId),
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
        let key = self.existing(table, key).await?;
        let url = self
            .base()
            .url(&key.resource(&table.set), &query.encode())?;
        let mut call = Call::get(url).with_options(options);
        call.prepares = prepares;
        let reply = self.send(call).await?;
        let etag = reply::etag(&reply.headers);
        Ok(Retrieved {
            row: row_of(&reply)?,
            etag,
        })
    }

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
        let id = match id {
            NewId::FromService => {
                let url = self.base().url(table.set.as_str(), &query.encode())?;
                let call = Call::new(Method::Post, url)
                    .with_options(options)
                    .with_body(bytes_of(&body)?);
                let reply = self.send(call).await?;
                return written(table, &reply, Effect::Created, None);
            }
            NewId::Derived(id) => id,
        };
        let mut call = if has_nested_rows(&body) {
            // Rows within rows are taken by POST only; the id in the body makes a repeat collide.
            body.insert(table.primary_id.clone(), Value::String(id.to_string()));
            let url = self.base().url(table.set.as_str(), &query.encode())?;
            Call::new(Method::Post, url).with_options(options)
        } else {
            body.remove(&table.primary_id);
            let url = self
                .base()
                .url(&RowKey::Id(id).resource(&table.set), &query.encode())?;
            let mut call = Call::new(Method::Patch, url).with_options(options);
            call.options.precondition = Some(Precondition::Absent);
            call
        };
        call.safety = Some(Safety::Repeatable);
        match self.send(call.with_body(bytes_of(&body)?)).await {
            Ok(reply) => written(table, &reply, Effect::Created, Some(id)),
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
        let key = self.existing(table, key).await?;
        let url = self
            .base()
            .url(&key.resource(&table.set), &query.encode())?;
        let mut call = Call::new(Method::Patch, url)
            .with_options(options)
            .with_body(bytes_of(&body)?);
        call.options
            .precondition
            .get_or_insert(Precondition::Exists);
        let reply = self.send(call).await?;
        written(table, &reply, Effect::Updated, id_of(&key))
    }

    /// Changes the row if it exists and creates it otherwise. `key_columns` are the key's columns
    /// as a row's JSON holds them; they are needed when the service cannot read the key in a URL.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn upsert(
        &self,
        table: &RowSet,
        key: &RowKey,
        key_columns: &RowBody,
        body: RowBody,
        query: &Query,
        options: &CallOptions,
    ) -> Result<Written, Error> {
        if let Some(key) = self.locate(table, key).await? {
            let url = self
                .base()
                .url(&key.resource(&table.set), &query.encode())?;
            let call = Call::new(Method::Patch, url)
                .with_options(options)
                .with_body(bytes_of(&body)?);
            let reply = self.send(call).await?;
            let effect = match (reply.status, &options.precondition) {
                (201, _) | (_, Some(Precondition::Absent)) => Effect::Created,
                (200, _) | (_, Some(Precondition::Exists | Precondition::Version(_))) => {
                    Effect::Updated
                }
                _ => Effect::Saved,
            };
            return written(table, &reply, effect, id_of(&key));
        }
        if matches!(
            options.precondition,
            Some(Precondition::Exists | Precondition::Version(_))
        ) {
            return Err(absent(table, key));
        }
        let id = RowId::from_random(self.transport().random(), self.transport().random());
        let mut whole = key_columns.clone();
        whole.extend(body.clone());
        let created = self
            .create(table, whole, NewId::Derived(id), query, options)
            .await;
        match created {
            // Somebody created the row since it was looked up.
            Err(Error::Conflict(failure))
                if failure.has_code(codes::DUPLICATE_ALTERNATE_KEY)
                    && options.precondition.is_none() =>
            {
                self.update(table, key, body, query, options).await
            }
            other => other,
        }
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist; otherwise what the service answered.
    pub async fn delete(
        &self,
        table: &RowSet,
        key: &RowKey,
        options: &CallOptions,
    ) -> Result<(), Error> {
        let key = self.existing(table, key).await?;
        let url = self.base().url(&key.resource(&table.set), "")?;
        let call = Call::new(Method::Delete, url).with_options(options);
        let (fate, uncertain) = self.attempt(call).await?;
        match fate {
            Ok(_) => Ok(()),
            // An earlier attempt, whose answer was lost, had deleted it.
            Err(Error::NotFound(_)) if uncertain => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn existing(&self, table: &RowSet, key: &RowKey) -> Result<RowKey, Error> {
        match self.locate(table, key).await? {
            Some(key) => Ok(key),
            None => Err(absent(table, key)),
        }
    }

    /// A form of `key` that the service can read in a URL; `None` when it would have to be looked
    /// up and there is no such row.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the columns do not identify one row.
    pub async fn locate(&self, table: &RowSet, key: &RowKey) -> Result<Option<RowKey>, Error> {
        let RowKey::Alternate(columns) = key else {
            return Ok(Some(key.clone()));
        };
        if columns.addressable() {
            return Ok(Some(key.clone()));
        }
        Ok(self.find(table, columns).await?.map(RowKey::Id))
    }

    /// The id of the row with an alternate key, looked up with a filter, where every character is
    /// allowed in a value.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the columns do not identify one row.
    pub async fn find(
        &self,
        table: &RowSet,
        columns: &AlternateKey,
    ) -> Result<Option<RowId>, Error> {
        let query = format!(
            "$select={}&$filter={}&$top=2",
            table.primary_id,
            encode_expression(&columns.filter())
        );
        let url = self.base().url(table.set.as_str(), &query)?;
        let reply = self.send(Call::get(url).preparing()).await?;
        let found: Found = reply.json()?;
        let mut ids = found.value.iter().filter_map(|row| {
            let id = row.get(&table.primary_id)?.as_str()?;
            id.parse::<RowId>().ok()
        });
        match (ids.next(), ids.next()) {
            (found, None) => Ok(found),
            (_, Some(_)) => Err(Error::Conflict(Failure::text(format!(
                "more than one row of {} has {}: these columns are not an alternate key",
                table.set,
                columns.describe()
            )))),
        }
    }
}

#[derive(Deserialize)]
struct Found {
    value: Vec<Map<String, Value>>,
}

fn absent(table: &RowSet, key: &RowKey) -> Error {
    Error::NotFound(Failure::text(format!(
        "{} has no row with {}",
        table.set,
        key.describe()
    )))
}

fn id_of(key: &RowKey) -> Option<RowId> {
    match key {
        RowKey::Id(id) => Some(*id),
        RowKey::Alternate(_) => None,
    }
}

/// Whether the body creates further rows within this one.
fn has_nested_rows(body: &RowBody) -> bool {
    body.iter().any(|(name, value)| {
        let nested = |value: &Value| value.is_object();
        !name.contains('@')
            && (nested(value)
                || value
                    .as_array()
                    .is_some_and(|items| items.iter().any(nested)))
    })
}

fn bytes_of(body: &RowBody) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body).map_err(|error| Error::Internal(error.to_string()))
}

fn row_of(reply: &Reply) -> Result<Option<Box<RawValue>>, Error> {
    if reply.body.is_empty() || matches!(reply.status, 204 | 304) {
        return Ok(None);
    }
    serde_json::from_slice(&reply.body)
        .map(Some)
        .map_err(|error| not_understood(reply.status, &error))
}

fn written(
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
