//! Emptying a lookup: by which navigation property, where it has one for each table.

use airlock_connector::{Error, Transport};
use serde_json::{Map, Value};

use super::row::{Properties, Purpose, Writer};
use crate::{
    tables::Lookup,
    webapi::{Annotations, CallOptions, Query, RowKey},
};

impl<T: Transport> Writer<'_, T> {
    /// Empties a lookup by its navigation property: the plain form, which the service takes
    /// everywhere (of `property@odata.bind: null` some back ends make an error or nothing). One
    /// with several properties is emptied by that of the table it points at.
    pub(super) async fn clear(&self, targets: &[&Lookup]) -> Result<Properties, Error> {
        let Some(first) = targets.first().filter(|_| self.purpose != Purpose::Create) else {
            // A new row is empty anyway.
            return Ok(Vec::new());
        };
        let one = targets
            .iter()
            .all(|lookup| lookup.navigation == first.navigation);
        let pointed_at = match self.key {
            Some(key) if !one => self.pointed_at(key, &first.column).await?,
            _ => None,
        };
        let lookup = targets
            .iter()
            .find(|lookup| Some(lookup.target.as_str()) == pointed_at.as_deref())
            .unwrap_or(first);
        Ok(vec![(lookup.navigation.clone(), Value::Null)])
    }

    /// The table of the row that the lookup `column` points at now.
    async fn pointed_at(&self, key: &RowKey, column: &str) -> Result<Option<String>, Error> {
        let value = format!("_{column}_value");
        let query = Query {
            select: vec![value.clone()],
            ..Query::default()
        };
        let options = CallOptions {
            annotations: Annotations::Display,
            ..CallOptions::default()
        };
        let client = self.organisation.client;
        let found = match client.look(&self.table.rows(), key, &query, &options).await {
            Ok(found) => found.row,
            // An upsert may be about to create it; an update will be told.
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let row: Map<String, Value> = found
            .and_then(|row| serde_json::from_str(row.get()).ok())
            .unwrap_or_default();
        let told = row.get(&format!("{value}@Microsoft.Dynamics.CRM.lookuplogicalname"));
        Ok(told.and_then(Value::as_str).map(str::to_owned))
    }
}
