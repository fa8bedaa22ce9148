//! What operations do to rows: through the data API like any caller, or past it where the service itself writes.
//!
//! Layer: operations.

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use rusqlite::params_from_iter;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::rows::storage::draft::{Draft, load};
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::quoted;
use crate::rows::write::erase::erase;
use crate::rows::write::request_facts::facts;
use crate::rows::write::store::store;
use crate::rows::{self, Cell, Origin, StoreError};
use crate::schema::Table;

use super::Call;
use super::arguments::Members;

/// Headers of a request that its own writes do not obey.
const OWN_HEADERS: [header::HeaderName; 4] = [
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::CONTENT_LENGTH,
    header::ACCEPT,
];

impl<'a> Call<'a> {
    /// Runs several writes that happen together or not at all.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn atomically<T>(&self, work: impl FnOnce() -> Result<T, SimError>) -> Result<T, SimError> {
        self.context.organisation.rows.atomically(work)
    }

    /// A table that the operation cannot do without.
    ///
    /// # Errors
    /// 404 when this organisation lacks it.
    pub fn table(&self, logical_name: &str) -> Result<&'a Table, SimError> {
        let context = self.context;
        context
            .schema
            .table(logical_name)
            .ok_or_else(|| SimError::unknown_segment(logical_name))
    }

    /// A row with all its columns.
    ///
    /// # Errors
    /// 404 when there is none.
    pub fn draft(&self, table: &Table, id: Uuid) -> Result<Draft, SimError> {
        let database = self.context.organisation.rows.database();
        let found =
            database.read(|connection| Ok::<_, StoreError>(load(connection, table, id)?))?;
        found
            .map(|(draft, _)| draft)
            .ok_or_else(|| SimError::row_not_found(&table.logical_name, id))
    }

    /// Sends a request of the operation's own to the data API.
    ///
    /// # Errors
    /// What the data API refuses.
    pub fn send(
        &self,
        method: Method,
        address: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response, SimError> {
        let (path, query) = match address.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (address, None),
        };
        let request = ODataRequest::new(method, path.to_owned(), query, headers, body);
        rows::handle(self.context, &request)
    }

    /// Headers of the caller that also hold for the writes of the operation.
    pub fn inherited_headers(&self) -> HeaderMap {
        let mut headers = self.request.headers.clone();
        headers.remove("prefer");
        for name in OWN_HEADERS {
            headers.remove(name);
        }
        headers
    }

    /// Creates a row through the data API and tells its id.
    ///
    /// # Errors
    /// Every refusal of a create.
    pub fn create(&self, table: &Table, body: Bytes) -> Result<Uuid, SimError> {
        let answer = self.send(
            Method::POST,
            &table.entity_set_name,
            self.inherited_headers(),
            body,
        )?;
        created_id(&answer).ok_or_else(|| SimError::unexpected("a new row has no address"))
    }

    /// Changes an existing row through the data API.
    ///
    /// # Errors
    /// Every refusal of an update, 404 when there is no such row.
    pub fn change(&self, table: &Table, id: Uuid, body: Bytes) -> Result<(), SimError> {
        let mut headers = self.inherited_headers();
        headers.insert(header::IF_MATCH, header::HeaderValue::from_static("*"));
        let address = format!("{}({id})", table.entity_set_name);
        self.send(Method::PATCH, &address, headers, body).map(drop)
    }

    /// Deletes a row through the data API, with all that goes with it.
    ///
    /// # Errors
    /// Every refusal of a delete.
    pub fn remove(&self, table: &Table, id: Uuid) -> Result<(), SimError> {
        let address = format!("{}({id})", table.entity_set_name);
        self.send(
            Method::DELETE,
            &address,
            self.inherited_headers(),
            Bytes::new(),
        )
        .map(drop)
    }

    /// A row as a caller reads it.
    ///
    /// # Errors
    /// 404 when there is none.
    pub fn read(&self, table: &Table, id: Uuid, query: &str) -> Result<Members, SimError> {
        let address = format!("{}({id}){query}", table.entity_set_name);
        let answer = self.send(Method::GET, &address, HeaderMap::new(), Bytes::new())?;
        serde_json::from_slice(&answer.body).map_err(SimError::unexpected)
    }

    /// Writes columns that callers cannot write.
    ///
    /// # Errors
    /// 404 when there is no such row.
    pub fn overwrite(
        &self,
        table: &Table,
        id: Uuid,
        cells: Vec<(&str, Cell)>,
    ) -> Result<(), SimError> {
        let rows = &self.context.organisation.rows;
        rows.database().write(|write| {
            let found = load(write, table, id)?;
            let (mut draft, _) =
                found.ok_or_else(|| SimError::row_not_found(&table.logical_name, id))?;
            let changed = cells
                .into_iter()
                .filter_map(|(column, cell)| draft.set_named(table, column, cell))
                .collect();
            let facts = facts(self.context, write);
            store(write, &facts, table, id, draft, changed)
        })
    }

    /// Makes a row that callers cannot make, and tells its id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn insert(&self, table: &Table, cells: Vec<(&str, Cell)>) -> Result<Uuid, SimError> {
        let id = Uuid::new_v4();
        let origin = Origin {
            caller: self.context.caller,
            now: self.context.now,
        };
        let (mut columns, mut row): (Vec<&str>, Vec<Cell>) = cells
            .into_iter()
            .filter(|(column, _)| table.column(column).is_some())
            .unzip();
        columns.push(&table.primary_id);
        row.push(Cell::Guid(id));
        self.context.organisation.rows.bulk_insert(
            &self.context.schema,
            &origin,
            &table.logical_name,
            &columns,
            &mut std::iter::once(row),
        )?;
        Ok(id)
    }

    /// Removes a row that callers cannot remove, and nothing with it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn erase(&self, table: &Table, id: Uuid) -> Result<(), SimError> {
        let database = self.context.organisation.rows.database();
        database.write(|write| erase(self.context, write, table, id))
    }

    /// Notes that what users may do changed.
    pub fn note_rights(&self) {
        self.context.organisation.rows.database().note_identities();
    }

    /// The rows whose lookups or ids have these values.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn find(&self, table: &Table, columns: &[(&str, Uuid)]) -> Result<Vec<Uuid>, SimError> {
        let tests: Vec<String> = columns
            .iter()
            .map(|(column, _)| format!("{} = ?", quoted(column)))
            .collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE {}",
            quoted(&table.primary_id),
            quoted(&table.logical_name),
            tests.join(" AND ")
        );
        let values = columns.iter().map(|(_, id)| guid(*id));
        let database = self.context.organisation.rows.database();
        let found = database.read(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let ids = statement.query_map(params_from_iter(values), |row| {
                Ok(as_guid(row.get_ref(0)?).unwrap_or_default())
            })?;
            Ok::<_, StoreError>(ids.collect::<rusqlite::Result<Vec<_>>>()?)
        })?;
        Ok(found)
    }
}

/// The id in the address of a new row.
pub(super) fn created_id(answer: &Response) -> Option<Uuid> {
    let address = answer.headers.get("odata-entityid")?.to_str().ok()?;
    let (_, key) = address.rsplit_once('(')?;
    Uuid::try_parse(key.strip_suffix(')')?).ok()
}
