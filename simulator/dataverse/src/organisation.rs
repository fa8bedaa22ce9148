//! One simulated organisation: who it is, what tables it has, where its rows are, and who is calling.

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use rusqlite::Connection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::{Background, Catalogue, Jobs};
use crate::rows::storage::{definitions, migrate::migrate};
use crate::rows::{Copy, RowStore, StoreError};
use crate::schema::{Schema, SchemaParts};
use crate::security::RightsCache;
use crate::seed::follow;

/// A clock that tests can turn.
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// Who an organisation is, as `RetrieveCurrentOrganization` and discovery tell it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `OrganizationId`.
    pub organization_id: Uuid,
    /// `EnvironmentId`.
    pub environment_id: Uuid,
    /// `TenantId` of the directory whose tokens it accepts.
    pub tenant_id: Uuid,
    /// Name for people.
    pub friendly_name: String,
    /// First label of the real host name.
    pub url_name: String,
    /// Name of the database behind it.
    pub unique_name: String,
    /// `Version`, such as `9.2.26073.00168`.
    pub version: String,
}

/// An organisation, shared by all requests.
pub struct Organisation {
    /// Who it is.
    pub identity: Identity,
    /// Its rows.
    pub rows: RowStore,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    schema: RwLock<Arc<Schema>>,
    operations: Arc<Catalogue>,
    jobs: Jobs,
    background: Background,
    rights: RightsCache,
    /// Held from reading the schema to publishing the next one.
    schema_change: Mutex<()>,
}

impl Organisation {
    /// Joins the parts.
    pub fn new(
        identity: Identity,
        schema: Arc<Schema>,
        rows: RowStore,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            identity,
            rows,
            clock,
            schema: RwLock::new(schema),
            operations: Catalogue::standard(),
            jobs: Jobs::default(),
            background: Background::default(),
            rights: RightsCache::default(),
            schema_change: Mutex::new(()),
        }
    }

    /// The same with other operations than the standard ones.
    #[must_use]
    pub fn with_operations(mut self, operations: Arc<Catalogue>) -> Self {
        self.operations = operations;
        self
    }

    /// What can be called.
    pub fn operations(&self) -> &Catalogue {
        &self.operations
    }

    /// When its background jobs go on.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Its background operations.
    pub fn background(&self) -> &Background {
        &self.background
    }

    /// What its users may do.
    pub fn rights(&self) -> &RightsCache {
        &self.rights
    }

    /// The schema at this moment. A request uses one snapshot from beginning to end.
    pub fn schema(&self) -> Arc<Schema> {
        self.schema.read().clone()
    }

    /// Changes the schema: `change` edits the parts and may look at the rows; then tables and indexes follow, the
    /// definitions are kept, and every later request works with the new schema. All or nothing.
    ///
    /// # Errors
    /// What `change` returns, or that the store failed.
    pub fn change_schema<T>(
        &self,
        change: impl FnOnce(&mut SchemaParts, &Connection) -> Result<T, SimError>,
    ) -> Result<T, SimError> {
        // Taken inside the write and held beyond its end: the writer before the change, so that a larger transaction
        // that comes to change the schema never waits for one that waits for it.
        let mut gate = None;
        let (result, schema) = self.rows.database().write(|write| {
            gate = Some(self.schema_change.lock());
            let old = self.schema();
            let mut parts = old.parts();
            let result = change(&mut parts, write)?;
            parts.stamp(&old);
            let new = parts.build_after(&old);
            migrate(write, &old, &new).map_err(StoreError::from)?;
            definitions::store(write, &old, &new)?;
            follow(&self.rows, &new, &self.operations, self.clock.now())?;
            Ok::<_, SimError>((result, Arc::new(new)))
        })?;
        *self.schema.write() = schema;
        drop(gate);
        Ok(result)
    }

    /// Runs `work` as one change of rows and schema, as [`RowStore::atomically`] does for rows alone.
    ///
    /// # Errors
    /// What `work` returns, or that the store failed.
    pub fn atomically<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let before = self.schema();
        let result = self.rows.atomically(work);
        if result.is_err() && !Arc::ptr_eq(&before, &self.schema()) {
            self.reload_schema()?;
        }
        result
    }

    /// Puts rows and definitions back to what a copy of the store holds.
    ///
    /// # Errors
    /// That the store failed.
    pub fn restore(&self, copy: &Copy) -> Result<(), StoreError> {
        self.rows.put_back(copy, |schema| {
            // The writer first, as in every other change of the schema.
            let gate = self.schema_change.lock();
            *self.schema.write() = Arc::new(schema);
            drop(gate);
        })?;
        self.jobs.look_again();
        Ok(())
    }

    /// Takes the schema from the store again: after its file was put back to an earlier state, or when a larger
    /// transaction was undone in which the schema had changed.
    ///
    /// # Errors
    /// That the store failed.
    pub fn reload_schema(&self) -> Result<(), StoreError> {
        let gate = self.schema_change.lock();
        *self.schema.write() = Arc::new(self.rows.stored_schema()?);
        drop(gate);
        Ok(())
    }
}

/// The user on whose behalf a request runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// `systemuserid` of the user whose rights count: the impersonated one when there is one.
    pub user_id: Uuid,
    /// Business unit of that user.
    pub business_unit_id: Uuid,
    /// `systemuserid` of the real caller while impersonating (`createdonbehalfby`).
    pub on_behalf_of: Option<Uuid>,
}

/// All that answering one data request needs besides the request.
pub struct OrgContext<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// Its schema for this request.
    pub schema: Arc<Schema>,
    /// The caller.
    pub caller: Caller,
    /// Origin and version segment as the caller wrote them, without a final slash:
    /// `https://contoso.crm.dynamics.com/api/data/v9.2`. Links in answers start with it.
    pub service_root: String,
    /// Time of the request.
    pub now: OffsetDateTime,
}
