//! The store above any driver: what is written here is sealed before a driver sees it.
//!
//! Store layer. Everything that needs the master key, or has to read what lies sealed to decide
//! something, happens here and once: which database lies below makes no difference to it. Where a
//! decision depends on a sealed row, the row is read, judged, and replaced only if it still is what
//! was read; whoever came in between is seen at the next look. How a call ended is kept though nobody
//! waits for that any more: its effect stays too.

mod bounds;
mod connections;
mod connectors;
mod keyed_calls;
mod runs;
mod slots;
mod subscriptions;
mod work;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::driver::Driver;
use crate::error::StoreError;
use crate::ids::TenantId;
use crate::keys::MasterKey;
use crate::seal::{KeyCheck, Place, Sealer};
use crate::store::Store;

/// A store: seals and opens what the driver below keeps. Clones share both.
pub struct Vault<D> {
    driver: Arc<D>,
    sealer: Arc<Sealer>,
    /// What goes on though nobody waits for it.
    detached: TaskTracker,
}

impl<D> Clone for Vault<D> {
    fn clone(&self) -> Self {
        Self {
            driver: Arc::clone(&self.driver),
            sealer: Arc::clone(&self.sealer),
            detached: self.detached.clone(),
        }
    }
}

impl<D: Driver> Vault<D> {
    /// The store over `driver`, whose rows were made with the key that gave `check`.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when `key` is another one; no row was looked at then.
    pub fn open(driver: D, check: &KeyCheck, key: &MasterKey) -> Result<Self, StoreError> {
        let sealer = check.unlock(key, driver.place())?;
        Ok(Self {
            driver: Arc::new(driver),
            sealer: Arc::new(sealer),
            detached: TaskTracker::new(),
        })
    }

    /// What lies below, where nothing can be read without the key.
    pub fn driver(&self) -> &D {
        &self.driver
    }

    fn seal(&self, place: Place<'_>, value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(value).map_err(|e| StoreError::Defect(e.to_string()))?;
        self.sealer.seal(place, &plain)
    }

    fn unseal<T: DeserializeOwned>(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<T, StoreError> {
        let plain = self.sealer.open(place, sealed)?;
        serde_json::from_slice(&plain).map_err(|e| self.damaged(e))
    }

    /// Does `work` to its end though whoever waits for it goes away.
    async fn to_the_end<T, F>(&self, work: impl FnOnce(Self) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        self.detached
            .spawn(work(self.clone()).in_current_span())
            .await
            .unwrap_or_else(|error| Err(StoreError::Defect(error.to_string())))
    }

    /// A value that opened and holds what no release writes there.
    fn damaged(&self, detail: impl ToString) -> StoreError {
        StoreError::Damaged {
            store: self.driver.place(),
            detail: detail.to_string(),
        }
    }
}

#[async_trait]
impl<D: Driver> Store for Vault<D> {
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        self.driver.tenants().await
    }

    async fn settled(&self) {
        self.detached.close();
        self.detached.wait().await;
    }
}

impl<D: Driver> fmt::Debug for Vault<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("place", &self.driver.place())
            .finish_non_exhaustive()
    }
}
