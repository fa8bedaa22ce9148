//! The embedded store: one SQLite file that several processes may share.
//!
//! Store layer. What rows are looked up by (tenants, names, identities) stands in the clear;
//! everything else is sealed. SQLite blocks, so each call runs on the runtime's blocking threads;
//! one file here per table, this one only says which runs where.

mod connections;
mod connectors;
mod database;
mod failure;
mod keyed_calls;
mod opening;
mod runs;
mod schema;
mod sealed;
mod tenants;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::ids::{ConnectionId, ConnectionName, ConnectorName, Digest, TenantId};
use crate::keys::MasterKey;
use crate::model::{
    CallKey, Connection, Connector, KeptAnswer, KeyedCall, Run, RunFilter, RunOutcome, Secrets,
};
use crate::store::{Connections, Connectors, KeyedCalls, Runs, Slots, Store};
use crate::turn::Turn;

use database::{Database, Keep};

/// The embedded store. Cheap to clone; clones share what is open.
#[derive(Clone)]
pub struct SqliteStore {
    database: Arc<Database>,
}

impl SqliteStore {
    /// Opens the database at `path` with `key`; makes it, with mode 0600 and its folder with 0700,
    /// when it is not there. Blocks, for well under 3 ms once the database exists.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::SchemaTooNew`], [`StoreError::Damaged`] and what
    /// the disk may answer.
    pub fn open(path: &Path, key: MasterKey) -> Result<Self, StoreError> {
        Ok(Self {
            database: Arc::new(opening::open(path, &key, opening::BUSY_WAIT)?),
        })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        tokio::task::spawn_blocking(move || work(&database))
            .await
            .unwrap_or_else(|error| Err(StoreError::Defect(error.to_string())))
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        self.blocking(tenants::list).await
    }
}

#[async_trait]
impl Connectors for SqliteStore {
    async fn put_connector(&self, connector: &Connector) -> Result<(), StoreError> {
        let connector = connector.clone();
        self.blocking(move |db| connectors::put(db, &connector))
            .await
    }

    async fn connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Option<Connector>, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking(move |db| connectors::get(db, &tenant, &name))
            .await
    }

    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<Connector>, StoreError> {
        let tenant = tenant.clone();
        self.blocking(move |db| connectors::list(db, &tenant)).await
    }

    async fn remove_connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<bool, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking(move |db| connectors::remove(db, &tenant, &name))
            .await
    }

    async fn digests(&self) -> Result<HashSet<Digest>, StoreError> {
        self.blocking(connectors::digests).await
    }
}

#[async_trait]
impl Connections for SqliteStore {
    async fn create_connection(
        &self,
        connection: &Connection,
        secrets: &Secrets,
    ) -> Result<(), StoreError> {
        let (connection, secrets) = (connection.clone(), secrets.clone());
        self.blocking(move |db| connections::create(db, &connection, &secrets))
            .await
    }

    async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Option<Connection>, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking(move |db| connections::get(db, &tenant, &name))
            .await
    }

    async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>, StoreError> {
        let tenant = tenant.clone();
        self.blocking(move |db| connections::list(db, &tenant))
            .await
    }

    async fn remove_connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<bool, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking(move |db| {
            let removed = connections::remove(db, &tenant, &name)?;
            if let Some(id) = &removed {
                turns::forget(&db.path, id);
            }
            Ok(removed.is_some())
        })
        .await
    }

    async fn rename_connection(
        &self,
        connection: &Connection,
        from: &ConnectionName,
    ) -> Result<(), StoreError> {
        let (connection, from) = (connection.clone(), from.clone());
        self.blocking(move |db| connections::rename(db, &connection, &from))
            .await
    }

    async fn secrets(&self, connection: &Connection) -> Result<Secrets, StoreError> {
        let (tenant, id) = (connection.tenant.clone(), connection.id);
        self.blocking(move |db| connections::secrets(db, &tenant, &id))
            .await
    }

    async fn replace_secrets(
        &self,
        connection: &Connection,
        secrets: &Secrets,
        kept: &[&str],
    ) -> Result<(), StoreError> {
        let (connection, secrets) = (connection.clone(), secrets.clone());
        let kept: Vec<String> = kept.iter().map(|&slot| slot.to_owned()).collect();
        self.blocking(move |db| connections::replace_secrets(db, &connection, &secrets, &kept))
            .await
    }
}

#[async_trait]
impl Slots for SqliteStore {
    async fn sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<SecretString>, StoreError> {
        let (tenant, id, slot) = (tenant.clone(), *connection, slot.to_owned());
        self.blocking(move |db| sealed::get(db, &tenant, &id, &slot))
            .await
    }

    async fn put_sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<(), StoreError> {
        let (tenant, id) = (tenant.clone(), *connection);
        let (slot, value) = (slot.to_owned(), value.clone());
        self.blocking(move |db| sealed::put(db, Keep::Written, &tenant, &id, &slot, &value))
            .await
    }

    async fn put_sealed_synced(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<(), StoreError> {
        let (tenant, id) = (tenant.clone(), *connection);
        let (slot, value) = (slot.to_owned(), value.clone());
        self.blocking(move |db| sealed::put(db, Keep::Synced, &tenant, &id, &slot, &value))
            .await
    }

    async fn remove_sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<bool, StoreError> {
        let (tenant, id, slot) = (tenant.clone(), *connection, slot.to_owned());
        self.blocking(move |db| sealed::remove(db, &tenant, &id, &slot))
            .await
    }

    async fn replace_sealed(
        &self,
        connection: &Connection,
        slots: &[(&str, SecretString)],
    ) -> Result<(), StoreError> {
        let connection = connection.clone();
        let slots: Vec<(String, SecretString)> = slots
            .iter()
            .map(|(slot, value)| ((*slot).to_owned(), value.clone()))
            .collect();
        self.blocking(move |db| connections::replace_sealed(db, &connection, &slots))
            .await
    }

    async fn take_turn(
        &self,
        connection: &ConnectionId,
        wait: Duration,
    ) -> Result<Option<Turn>, StoreError> {
        turns::take(&self.database.path, connection, wait).await
    }
}

#[async_trait]
impl Runs for SqliteStore {
    async fn begin_run(&self, run: &Run) -> Result<(), StoreError> {
        let run = run.clone();
        self.blocking(move |db| runs::begin(db, &run)).await
    }

    async fn finish_run(
        &self,
        id: &Uuid,
        tenant: &TenantId,
        outcome: RunOutcome,
        finished_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (id, tenant) = (*id, tenant.clone());
        self.blocking(move |db| runs::finish(db, &tenant, &id, outcome, finished_at))
            .await
    }

    async fn run(&self, tenant: &TenantId, id: &Uuid) -> Result<Option<Run>, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        self.blocking(move |db| runs::get(db, &tenant, &id)).await
    }

    async fn runs(
        &self,
        tenant: &TenantId,
        filter: &RunFilter,
        limit: usize,
    ) -> Result<Vec<Run>, StoreError> {
        let (tenant, filter) = (tenant.clone(), filter.clone());
        self.blocking(move |db| runs::list(db, &tenant, &filter, limit))
            .await
    }
}

#[async_trait]
impl KeyedCalls for SqliteStore {
    async fn hold_key(
        &self,
        key: &CallKey,
        call: &KeyedCall,
        until: OffsetDateTime,
    ) -> Result<Option<KeyedCall>, StoreError> {
        let (key, call) = (key.clone(), call.clone());
        self.blocking(move |db| keyed_calls::hold(db, &key, &call, until))
            .await
    }

    async fn keep_answer(
        &self,
        key: &CallKey,
        call: &KeyedCall,
        answer: &KeptAnswer,
    ) -> Result<bool, StoreError> {
        let (key, call, answer) = (key.clone(), call.clone(), answer.clone());
        self.blocking(move |db| keyed_calls::keep(db, &key, &call, &answer))
            .await
    }

    async fn free_key(&self, key: &CallKey, attempt: &Uuid) -> Result<bool, StoreError> {
        let (key, attempt) = (key.clone(), *attempt);
        self.blocking(move |db| keyed_calls::free(db, &key, &attempt))
            .await
    }
}
