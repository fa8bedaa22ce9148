//! Rows that the call of an operation names: the one that it is made on, and those among its parameters.

use std::rc::Rc;

use airlock_connector::{Error, Failure, Transport};
use serde_json::{Map, Value};

use super::{Session, given_key::given_key};
use crate::{
    columns::{self, Purpose},
    tables::Table,
    webapi::{CallOptions, Query, RowBody, RowId, RowKey},
};

impl<T: Transport> Session<T> {
    /// The table and the row that an operation is called on, where the input names them.
    pub(crate) async fn called_on(
        &self,
        table: Option<&str>,
        id: Option<&str>,
        key: Option<&Map<String, Value>>,
    ) -> Result<(Option<Rc<Table>>, Option<RowKey>), Error> {
        let key = key.filter(|key| !key.is_empty());
        let given = match (id, key) {
            (None, None) => None,
            _ => Some(given_key(self.client.base(), id, key)?),
        };
        let name = table.or(given.as_ref().and_then(|given| given.table.as_deref()));
        let table = match name {
            Some(name) => self.table(name, "/table").await?,
            None if given.is_some() => {
                let message = "a row of which table? Name it beside the row";
                return Err(Error::invalid("/table", message));
            }
            None => return Ok((None, None)),
        };
        let key = match given {
            Some(given) => Some(self.key(&table, &given).await?),
            None => None,
        };
        Ok((Some(table), key))
    }

    /// The id of a row of `table`; one that goes by an alternate key is looked for.
    pub(crate) async fn id_of(
        &self,
        table: &Table,
        key: &RowKey,
        pointer: &str,
    ) -> Result<RowId, Error> {
        let key = columns::key(self.organisation(), table, key, pointer).await?;
        if let RowKey::Id(id) = key {
            return Ok(id);
        }
        let query = Query {
            select: vec![table.primary_id.clone()],
            ..Query::default()
        };
        let options = CallOptions::default();
        let found = self
            .client
            .look(&table.rows(), &key, &query, &options)
            .await?;
        let read = |row: &str| {
            let row: Map<String, Value> = serde_json::from_str(row).ok()?;
            row.get(&table.primary_id)?.as_str()?.parse().ok()
        };
        found.row.and_then(|row| read(row.get())).ok_or_else(|| {
            Error::NotFound(Failure::text(format!(
                "no row of {} has the key {}",
                table.name,
                key.describe()
            )))
        })
    }

    /// A row that is a parameter, its columns as the wire wants them.
    pub(crate) async fn row_as_given(
        &self,
        table: &Table,
        row: &Map<String, Value>,
        pointer: &str,
    ) -> Result<RowBody, Error> {
        let purpose = (Purpose::Upsert, None);
        let row = columns::row(self.organisation(), table, row, purpose, pointer).await?;
        Ok(row.body)
    }
}
