//! One call's way to one organisation: its client, and what is known of its tables.

mod called_on;
mod given_key;

use std::{rc::Rc, time::Duration};

use airlock_connector::{Connection, Error, FieldError, Service, Transport};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    columns::{self, Organisation, Purpose, Related, Relation, Row, difference},
    tables::{Catalog, Freshness, Memory, Table, memory::Remembered},
    webapi::{
        BaseUrl, CallOptions, Client, Query, RowBody, RowId, RowKey, idempotency,
        key::lookup_column,
    },
};

use given_key::{GivenKey, given_key};

/// Dataverse, as actions run against it.
#[derive(Clone, Copy, Debug)]
pub struct Dataverse;

thread_local! {
    /// What this instance remembers; a component has one thread.
    static MEMORY: Memory = const { Memory::new() };
}

impl Service for Dataverse {
    type Session<T: Transport> = Session<T>;
    /// What the row is written for that the input `row` holds.
    type Writes = Purpose;

    fn open<T: Transport>(
        transport: T,
        connection: &Connection,
        time: Option<Duration>,
    ) -> Result<Session<T>, Error> {
        let session = MEMORY.with(|memory| {
            Session::open(transport, memory, &connection.id, &connection.settings)
        })?;
        Ok(session.within(time))
    }
}

/// The connection's settings, as far as the connector reads them; the rest is the host's.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    web_api_url: Option<String>,
}

/// A connection in use.
#[derive(Debug)]
pub struct Session<T> {
    client: Client<T>,
    remembered: Rc<Remembered>,
}

impl<T: Transport> Session<T> {
    /// Takes up the connection `id`; `memory` keeps what is worth knowing again.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] when its settings do not lead to an organisation.
    pub fn open(transport: T, memory: &Memory, id: &str, settings: &str) -> Result<Self, Error> {
        let remembered = memory.connection(id, settings, base)?;
        let client = Client::new(transport, Rc::clone(&remembered.base))
            .with_pause(remembered.pause.clone());
        Ok(Self { client, remembered })
    }

    /// The same for a call that may last so long.
    #[must_use]
    pub fn within(mut self, time: Option<Duration>) -> Self {
        self.client = self.client.within(time);
        self
    }

    /// The client of the organisation's Web API.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// What goes in and out.
    pub(crate) fn transport(&self) -> &T {
        self.client.transport()
    }

    /// What is known of the organisation's tables.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.remembered.catalog
    }

    /// The table called `name`.
    pub(crate) async fn table(&self, name: &str, pointer: &str) -> Result<Rc<Table>, Error> {
        self.catalog().table(&self.client, name, pointer).await
    }

    /// The table called `table`, and the key of its row that `id` or `key` names; what cannot name any
    /// row is refused before anything is asked.
    pub(crate) async fn row(
        &self,
        table: &str,
        id: Option<&str>,
        key: Option<&Map<String, Value>>,
    ) -> Result<(Rc<Table>, RowKey), Error> {
        let given = given_key(self.client.base(), id, key)?;
        let table = self.table(table, "/table").await?;
        let key = self.key(&table, &given).await?;
        Ok((table, key))
    }

    /// The key that `given` means, its values in the types of their columns.
    async fn key(&self, table: &Table, given: &GivenKey) -> Result<RowKey, Error> {
        if let Some(name) = &given.table {
            let named = self.table(name, given.pointer).await?;
            if named.name != table.name {
                return Err(Error::invalid(
                    given.pointer,
                    format!("this is a row of {} and not of {}", named.name, table.name),
                ));
            }
        }
        columns::key(self.organisation(), table, &given.key, given.pointer).await
    }

    /// The logical name of the column called `name`.
    pub(crate) async fn column(
        &self,
        table: &Table,
        name: &str,
        pointer: &str,
    ) -> Result<String, Error> {
        let names = [name.trim().to_owned()];
        let found = columns::select(self.organisation(), table, &names, pointer)
            .await
            .map_err(|error| match error {
                // One name has one place.
                Error::InvalidInput(faults) => Error::InvalidInput(
                    faults
                        .into_iter()
                        .map(|fault| FieldError::new(pointer, fault.message))
                        .collect(),
                ),
                other => other,
            })?;
        match found.as_slice() {
            [only] => Ok(lookup_column(only).unwrap_or(only).to_owned()),
            _ => Err(Error::invalid(pointer, "which column? Name one")),
        }
    }

    /// `row` as the wire wants it. `key` is the row that it is written to.
    pub(crate) async fn writable(
        &self,
        table: &Table,
        row: &Map<String, Value>,
        purpose: Purpose,
        key: Option<&RowKey>,
    ) -> Result<Row, Error> {
        columns::row(self.organisation(), table, row, (purpose, key), "/row").await
    }

    /// The key that these columns of a row are, as one of many rows: what was read at `since` or later is
    /// not asked for again.
    pub(crate) async fn key_among_many(
        &self,
        table: &Table,
        columns: &Map<String, Value>,
        since: Duration,
    ) -> Result<RowKey, Error> {
        let given = RowKey::from_json(&Value::Object(columns.clone()), "")?;
        columns::key_since(self.organisation(), table, &given, "", since).await
    }

    /// `row` as the wire wants it, as one of many rows. Faults have pointers below the row.
    pub(crate) async fn writable_among_many(
        &self,
        table: &Table,
        row: &Map<String, Value>,
        (purpose, key): (Purpose, Option<&RowKey>),
        since: Duration,
    ) -> Result<Row, Error> {
        let organisation = self.organisation();
        columns::row_since(organisation, table, row, (purpose, key), "", since).await
    }

    /// What of `body` the row does not have already.
    pub(crate) async fn changed(
        &self,
        table: &Table,
        key: &RowKey,
        body: &RowBody,
        options: &CallOptions,
    ) -> Result<RowBody, Error> {
        let catalog = self.catalog();
        let lookups = catalog
            .lookups(&self.client, table, Freshness::Cached)
            .await?;
        let query = Query {
            select: difference::compared(body, &lookups),
            ..Query::default()
        };
        let options = CallOptions {
            caller: options.caller,
            ..CallOptions::default()
        };
        let found = self
            .client
            .look(&table.rows(), key, &query, &options)
            .await?;
        let stored = found.row.map(|row| serde_json::from_str(row.get()));
        let stored = stored
            .transpose()
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(difference::difference(
            body,
            &stored.unwrap_or_default(),
            &lookups,
        ))
    }

    /// The ways from `table` that `name` means.
    pub(crate) async fn relations(
        &self,
        table: &Table,
        name: &str,
        pointer: &str,
    ) -> Result<Vec<Relation>, Error> {
        columns::relations(self.organisation(), table, name, pointer).await
    }

    /// The row that `value` points at, at the end of one of `relations`.
    pub(crate) async fn related(
        &self,
        relations: &[Relation],
        value: &Value,
        pointer: &str,
    ) -> Result<Related, Error> {
        columns::related(self.organisation(), relations, value, pointer).await
    }

    /// `query` with every name as the service knows it, by metadata.
    pub(crate) async fn named(&self, table: &Table, query: &Query) -> Result<Query, Error> {
        let organisation = self.organisation();
        Ok(Query {
            select: columns::select(organisation, table, &query.select, "/select").await?,
            order_by: columns::order_by(organisation, table, &query.order_by, "/orderby").await?,
            expand: columns::expand(organisation, table, &query.expand, "/expand").await?,
            ..query.clone()
        })
    }

    /// What to do about a read that the service refused: ask again with the names that metadata
    /// has, or tell what is wrong. A read whose names are right costs no metadata this way.
    ///
    /// # Errors
    /// The error for the caller, where asking again would not help.
    pub(crate) async fn corrected(
        &self,
        table: &Table,
        query: &Query,
        refused: Error,
    ) -> Result<Query, Error> {
        if !matches!(refused, Error::InvalidInput(_)) {
            return Err(refused);
        }
        // An aggregation names its results itself; metadata does not know them.
        if query.apply.is_none() {
            let named = self.named(table, query).await?;
            if named != *query {
                return Ok(named);
            }
        }
        Err(self.explained(table, query, refused).await)
    }

    /// A refusal of `query` in terms of the input.
    pub(crate) async fn explained(&self, table: &Table, query: &Query, refused: Error) -> Error {
        let mut places = Vec::new();
        places.extend(query.filter.as_deref().map(|text| ("/filter", text)));
        places.extend(query.apply.as_deref().map(|text| ("/apply", text)));
        places.extend(query.fetch_xml.as_deref().map(|text| ("/fetch-xml", text)));
        places.extend(query.expand.iter().map(|text| ("/expand", text.as_str())));
        places.extend(
            query
                .order_by
                .iter()
                .map(|text| ("/orderby", text.as_str())),
        );
        columns::explain(self.organisation(), table, refused, &places).await
    }

    fn organisation(&self) -> Organisation<'_, T> {
        Organisation::new(&self.client, &self.remembered.catalog)
    }

    /// The id of the row that the idempotency key `key` creates in `table`.
    pub(crate) fn row_id(&self, key: &str, table: &Table) -> RowId {
        idempotency::row_id(key, &self.remembered.id, table.name.as_str())
    }
}

/// Where the connection's settings say that the Web API is.
fn base(settings: &str) -> Result<BaseUrl, Error> {
    let settings: Settings = serde_json::from_str(settings).map_err(|error| {
        Error::invalid(
            "",
            format!("the connection's settings cannot be read: {error}"),
        )
    })?;
    let url = settings.web_api_url.ok_or_else(|| {
        Error::invalid(
            "/web-api-url",
            "the connection has no Web API URL, such as https://contoso.crm.dynamics.com",
        )
    })?;
    BaseUrl::parse(&url)
}
