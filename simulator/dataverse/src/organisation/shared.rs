//! The organisation itself: its tables and rows, and how both change together.
//!
//! Layer: organisation, above [`rows`](crate::rows) as a store, below whatever answers requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, RwLock};
use rusqlite::Connection;

use crate::http::SimError;
use crate::operations::Catalogue;
use crate::rows::storage::{definitions, migrate::migrate};
use crate::rows::{Copy, RowStore, StoreError};
use crate::schema::{Schema, SchemaParts};
use crate::search::Index;
use crate::security::RightsCache;
use crate::seed::follow;

use super::background::Background;
use super::clock::Clock;
use super::deliveries::Deliveries;
use super::identity::Identity;
use super::jobs::Jobs;
use super::transfers::Transfers;

/// An organisation, shared by all requests.
pub struct Organisation {
    /// Who it is.
    pub identity: Identity,
    /// Its rows.
    pub rows: RowStore,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    schema: RwLock<Arc<Schema>>,
    catalogue: Arc<Catalogue>,
    jobs: Jobs,
    background: Background,
    transfers: Transfers,
    rights: RightsCache,
    search: Index,
    deliveries: Deliveries,
    is_disabled: AtomicBool,
    /// Held from reading the schema to publishing the next one.
    schema_change: Mutex<()>,
}

impl Organisation {
    /// Joins the parts; `catalogue` says what can be called.
    pub fn new(
        identity: Identity,
        schema: Arc<Schema>,
        rows: RowStore,
        clock: Arc<dyn Clock>,
        catalogue: Arc<Catalogue>,
    ) -> Self {
        Self {
            identity,
            rows,
            clock,
            schema: RwLock::new(schema),
            catalogue,
            jobs: Jobs::default(),
            background: Background::default(),
            transfers: Transfers::default(),
            rights: RightsCache::default(),
            search: Index::default(),
            deliveries: Deliveries::default(),
            is_disabled: AtomicBool::new(false),
            schema_change: Mutex::new(()),
        }
    }

    /// What can be called.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// When its background jobs go on.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Its background operations.
    pub fn background(&self) -> &Background {
        &self.background
    }

    /// Its files under way.
    pub fn transfers(&self) -> &Transfers {
        &self.transfers
    }

    /// What its users may do.
    pub fn rights(&self) -> &RightsCache {
        &self.rights
    }

    /// Events on their way to those who asked for them.
    pub fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// Whether it is switched off: listed, and of no use.
    pub fn is_disabled(&self) -> bool {
        self.is_disabled.load(Ordering::Acquire)
    }

    /// Switches it off or on.
    pub fn disable(&self, is_disabled: bool) {
        self.is_disabled.store(is_disabled, Ordering::Release);
    }

    /// The words of its rows.
    pub fn search(&self) -> &Index {
        &self.search
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
            follow(&self.rows, &new, &self.catalogue, self.clock.now())?;
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
        self.search.forget();
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
