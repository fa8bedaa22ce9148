//! What actions on one column have in common: its name, and writing it.

use airlock_connector::{Error, FieldError, Transport};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    columns::Purpose,
    session::Session,
    tables::Table,
    webapi::{CallOptions, Query, RowKey, Tie, key::lookup_column},
};

/// Output of what changes one column.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Changed {
    /// The column, in the service's spelling.
    property: String,
    /// What is worth knowing of how the value was read, such as a time without a zone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// The column called `name`, as a query names it.
pub(super) async fn named<T: Transport>(
    session: &Session<T>,
    table: &Table,
    name: &str,
) -> Result<String, Error> {
    let query = Query {
        select: vec![name.trim().to_owned()],
        ..Query::default()
    };
    let named = session
        .named(table, &query)
        .await
        .map_err(|error| at("/property", error))?;
    match named.select.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(Error::invalid("/property", "which column? Name one")),
    }
}

/// Gives the column `property` of a row the value that a person wrote; null empties it.
pub(super) async fn write<T: Transport>(
    session: &Session<T>,
    (table, key): (&Table, &RowKey),
    property: &str,
    value: &Value,
    options: &CallOptions,
) -> Result<Changed, Error> {
    let column = named(session, table, property).await?;
    let plain = lookup_column(&column).unwrap_or(&column).to_owned();
    let given = Map::from_iter([(plain.clone(), value.clone())]);
    let row = session
        .writable(table, &given, Purpose::Update, Some(key))
        .await
        .map_err(|error| at("/value", error))?;
    let (client, rows) = (session.client(), table.rows());
    for (name, value) in &row.body {
        let tie = |navigation| Tie {
            table: &rows,
            key,
            navigation,
            many: false,
        };
        match (name.strip_suffix("@odata.bind"), value) {
            (Some(navigation), Value::String(address)) => {
                client.associate(tie(navigation), address, options).await?;
            }
            _ if plain != column => {
                client.disassociate(tie(name), "", options, false).await?;
            }
            (_, Value::Null) => client.clear_property(&rows, key, name, options).await?,
            (_, value) => {
                client
                    .set_property(&rows, key, name, value, options)
                    .await?
            }
        }
    }
    Ok(Changed {
        property: plain,
        notes: row.notes,
    })
}

/// The same faults at the one place of the input that they can concern.
fn at(pointer: &str, error: Error) -> Error {
    match error {
        Error::InvalidInput(faults) => Error::InvalidInput(
            faults
                .into_iter()
                .map(|fault| FieldError::new(pointer, fault.message))
                .collect(),
        ),
        other => other,
    }
}
