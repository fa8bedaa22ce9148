//! Finding the row of an alternate key with any character in its values: where the service cannot
//! read a key in a URL, the row's id is looked up first.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::RowSet;
use crate::webapi::{
    client::{Call, Client},
    error::{Error, Failure},
    key::{AlternateKey, RowKey},
    literal::encode_expression,
    row_id::RowId,
    transport::Transport,
};

impl<T: Transport> Client<T> {
    pub(super) async fn existing(&self, table: &RowSet, key: &RowKey) -> Result<RowKey, Error> {
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

pub(super) fn absent(table: &RowSet, key: &RowKey) -> Error {
    Error::NotFound(Failure::text(format!(
        "{} has no row with {}",
        table.set,
        key.describe()
    )))
}
