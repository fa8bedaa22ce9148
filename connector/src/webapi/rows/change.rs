//! Rows that exist, or may: update, upsert, delete.

use super::{Effect, NewId, RowBody, RowSet, Written, find::absent, id_of, written};
use crate::webapi::{
    client::{Call, Client},
    codes,
    error::Error,
    headers::{CallOptions, Precondition},
    key::RowKey,
    query::Query,
    row_id::RowId,
    transport::{Method, Transport},
};

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
        let key = self.existing(table, key).await?;
        let url = self
            .base()
            .url(&key.resource(&table.set), &query.encode())?;
        let mut call = Call::new(Method::Patch, url).with_options(options);
        call.options
            .precondition
            .get_or_insert(Precondition::Exists);
        let reply = self.write(call, &body).await?;
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
            let call = Call::new(Method::Patch, url).with_options(options);
            let reply = self.write(call, &body).await?;
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
}
