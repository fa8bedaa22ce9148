//! One column of one row, by its own address: read, written and emptied.

use airlock_connector::{Error, Transport, http::Method};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::{
    client::{ApiRequest, Client},
    headers::CallOptions,
    key::RowKey,
    reply,
    rows::RowSet,
};

#[derive(Deserialize)]
struct Wire {
    value: Option<Box<RawValue>>,
}

impl<T: Transport> Client<T> {
    /// The value of a column, as the service wrote it; `None` where it is empty.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row does not exist; otherwise what the service answered.
    pub async fn property(
        &self,
        table: &RowSet,
        key: &RowKey,
        column: &str,
        options: &CallOptions,
    ) -> Result<Option<Box<RawValue>>, Error> {
        let call = ApiRequest::get(self.property_url(table, key, column)?).with_options(options);
        let reply = self.send(call).await?;
        if reply.status == 204 || reply.body.is_empty() {
            return Ok(None);
        }
        let wire: Wire = reply.json()?;
        Ok(wire.value)
    }

    /// Writes a column that is no lookup.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row does not exist; otherwise what the service answered.
    pub async fn set_property(
        &self,
        table: &RowSet,
        key: &RowKey,
        column: &str,
        value: &Value,
        options: &CallOptions,
    ) -> Result<(), Error> {
        let url = self.property_url(table, key, column)?;
        let mut call = ApiRequest::new(Method::Put, url).with_options(options);
        call.body = Some(json!({ "value": value }).to_string().into_bytes());
        let fate = self.send(call).await;
        fate.map(drop)
            .map_err(|error| reply::within_row(error, "/value"))
    }

    /// Empties a column that is no lookup.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row does not exist; otherwise what the service answered.
    pub async fn clear_property(
        &self,
        table: &RowSet,
        key: &RowKey,
        column: &str,
        options: &CallOptions,
    ) -> Result<(), Error> {
        let url = self.property_url(table, key, column)?;
        let call = ApiRequest::new(Method::Delete, url).with_options(options);
        self.send(call).await.map(drop)
    }

    fn property_url(&self, table: &RowSet, key: &RowKey, column: &str) -> Result<String, Error> {
        let (resource, query) = key.address(&table.set, "");
        self.base().url(&format!("{resource}/{column}"), &query)
    }
}
