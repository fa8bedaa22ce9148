//! Rows of keys in memory. Test support.

use airlock_store::driver::{Keep, KeyName, KeyRow, KeyRows};
use airlock_store::{StoreError, TenantId};
use async_trait::async_trait;
use time::OffsetDateTime;

use super::{Memory, Result};

#[async_trait]
impl KeyRows for Memory {
    async fn hold_key(&self, _: Keep, row: KeyRow, now: OffsetDateTime) -> Result<Option<Vec<u8>>> {
        let mut rows = self.rows();
        rows.keys.retain(|_, key| key.expires > now);
        if let Some(held) = rows.keys.get(&row.name) {
            return Ok(Some(held.details.clone()));
        }
        if !rows.owns(&row.tenant, &row.connection) {
            return Err(StoreError::NoSuchConnection);
        }
        rows.keys.insert(row.name, row);
        Ok(None)
    }

    async fn key(&self, name: &KeyName) -> Result<Option<Vec<u8>>> {
        let rows = self.rows();
        Ok(rows.keys.get(name).map(|row| row.details.clone()))
    }

    async fn key_bytes(&self, tenant: &TenantId, now: OffsetDateTime) -> Result<u64> {
        let rows = self.rows();
        let theirs = rows.keys.values();
        let theirs = theirs.filter(|row| row.tenant == *tenant && row.expires > now);
        Ok(theirs.map(|row| row.details.len() as u64).sum())
    }

    async fn replace_key(
        &self,
        _: Keep,
        name: &KeyName,
        was: Vec<u8>,
        is: Vec<u8>,
    ) -> Result<bool> {
        let mut rows = self.later().await;
        let found = rows.keys.get_mut(name).filter(|row| row.details == was);
        Ok(found.map(|row| row.details = is).is_some())
    }

    async fn remove_key(&self, _: Keep, name: &KeyName, was: Vec<u8>) -> Result<bool> {
        let mut rows = self.later().await;
        let is_same = rows.keys.get(name).is_some_and(|row| row.details == was);
        Ok(is_same && rows.keys.remove(name).is_some())
    }
}
