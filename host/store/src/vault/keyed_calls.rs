//! Calls under idempotency keys.
//!
//! Store layer. Keys are business keys and answers are rows of a service, so both lie sealed; a row
//! is found by a name that only the master key can compute. A key only goes on from free to held, to
//! joined, to done, and back to free from held or by expiry: whoever looks again because another
//! came in between looks a few times at most.

use async_trait::async_trait;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Vault;
use crate::driver::{Driver, Keep, KeyName, KeyRow};
use crate::error::StoreError;
use crate::ids::TenantId;
use crate::model::{CallKey, KeptAnswer, KeyedCall};
use crate::seal::{Place, Purpose};
use crate::store::KeyedCalls;

fn in_place<T>(key: &CallKey, work: impl FnOnce(Place<'_>) -> T) -> T {
    work(Place {
        purpose: Purpose::KeyedCall,
        tenant: &key.tenant,
        row: &[key.connection.as_uuid().as_bytes(), key.key.as_bytes()],
    })
}

impl<D: Driver> Vault<D> {
    fn key_name(&self, key: &CallKey) -> Result<KeyName, StoreError> {
        in_place(key, |place| self.sealer.name(place))
    }

    fn seal_call(&self, key: &CallKey, call: &KeyedCall) -> Result<Vec<u8>, StoreError> {
        in_place(key, |place| self.seal(place, call))
    }

    fn open_call(&self, key: &CallKey, sealed: &[u8]) -> Result<KeyedCall, StoreError> {
        in_place(key, |place| self.unseal(place, sealed))
    }

    async fn keep(
        &self,
        key: &CallKey,
        call: &KeyedCall,
        answer: KeptAnswer,
    ) -> Result<bool, StoreError> {
        let name = self.key_name(key)?;
        while let Some(was) = self.driver.key(&name).await? {
            let mut held = self.open_call(key, &was)?;
            let may = held.done.is_none() || held.attempt == call.attempt;
            if !may || !held.asks_for_the_same_as(call) {
                return Ok(false);
            }
            held.done = Some(answer.clone());
            let is = self.seal_call(key, &held)?;
            if self
                .driver
                .replace_key(Keep::Synced, &name, was, is)
                .await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn free(&self, key: &CallKey, attempt: &Uuid) -> Result<bool, StoreError> {
        let name = self.key_name(key)?;
        while let Some(was) = self.driver.key(&name).await? {
            let held = self.open_call(key, &was)?;
            if held.attempt != *attempt || held.joined || held.done.is_some() {
                return Ok(false);
            }
            if self.driver.remove_key(Keep::Written, &name, was).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[async_trait]
impl<D: Driver> KeyedCalls for Vault<D> {
    // On the disk itself, here and below: an effect that is repeated because the power failed is
    // still repeated.
    async fn hold_key(
        &self,
        key: &CallKey,
        call: &KeyedCall,
        until: OffsetDateTime,
    ) -> Result<Option<KeyedCall>, StoreError> {
        let name = self.key_name(key)?;
        loop {
            let row = KeyRow {
                name,
                tenant: key.tenant.clone(),
                connection: key.connection,
                expires: until,
                details: self.seal_call(key, call)?,
            };
            let held = self.driver.hold_key(Keep::Synced, row, call.began_at);
            let Some(was) = held.await? else {
                return Ok(None);
            };
            let held = self.open_call(key, &was)?;
            if held.joined || held.done.is_some() || !held.asks_for_the_same_as(call) {
                return Ok(Some(held));
            }
            let joined = KeyedCall {
                joined: true,
                ..held.clone()
            };
            let is = self.seal_call(key, &joined)?;
            if self
                .driver
                .replace_key(Keep::Synced, &name, was, is)
                .await?
            {
                return Ok(Some(held));
            }
        }
    }

    async fn keep_answer(
        &self,
        key: &CallKey,
        call: &KeyedCall,
        answer: &KeptAnswer,
    ) -> Result<bool, StoreError> {
        let (key, call, answer) = (key.clone(), call.clone(), answer.clone());
        self.to_the_end(|vault| async move { vault.keep(&key, &call, answer).await })
            .await
    }

    async fn kept_bytes(&self, tenant: &TenantId, now: OffsetDateTime) -> Result<u64, StoreError> {
        self.driver.key_bytes(tenant, now).await
    }

    async fn free_key(&self, key: &CallKey, attempt: &Uuid) -> Result<bool, StoreError> {
        let (key, attempt) = (key.clone(), *attempt);
        self.to_the_end(|vault| async move { vault.free(&key, &attempt).await })
            .await
    }
}
