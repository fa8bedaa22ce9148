//! Finding a row with a filter: by its alternate key, for the one place that takes neither every
//! character of a key nor an alias for it, the body of a request; or by what it is called.

use airlock_connector::{Error, Failure, Transport};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::RowSet;
use crate::webapi::{
    client::{ApiRequest, Client},
    key::AlternateKey,
    literal::encode_expression,
    row_id::RowId,
};

impl<T: Transport> Client<T> {
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
        let ids = self.up_to_two(table, &columns.filter()).await?;
        match ids.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(Error::Conflict(Failure::text(format!(
                "more than one row of {} has {}: these columns are not an alternate key",
                table.set,
                columns.describe()
            )))),
        }
    }

    /// The ids of up to two rows that fulfil a condition: enough to know of one that it is the only one.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn up_to_two(&self, table: &RowSet, condition: &str) -> Result<Vec<RowId>, Error> {
        let query = format!(
            "$select={}&$filter={}&$top=2",
            table.primary_id,
            encode_expression(condition)
        );
        let url = self.base().url(table.set.as_str(), &query)?;
        let reply = self.send(ApiRequest::get(url).preparing()).await?;
        let found: Found = reply.json()?;
        let ids = found.value.iter().filter_map(|row| {
            let id = row.get(&table.primary_id)?.as_str()?;
            id.parse::<RowId>().ok()
        });
        Ok(ids.collect())
    }
}

#[derive(Deserialize)]
struct Found {
    value: Vec<Map<String, Value>>,
}
