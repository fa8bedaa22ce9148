//! Finding a row by its alternate key with a filter, for the one place that takes neither every
//! character of a key nor an alias for it: the body of a request.

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
        let query = format!(
            "$select={}&$filter={}&$top=2",
            table.primary_id,
            encode_expression(&columns.filter())
        );
        let url = self.base().url(table.set.as_str(), &query)?;
        let reply = self.send(ApiRequest::get(url).preparing()).await?;
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
