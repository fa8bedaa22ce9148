//! What connections keep in slots: tokens and the like, each sealed for its slot. Store layer.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use super::Vault;
use crate::driver::{Change, Driver, Keep};
use crate::error::StoreError;
use crate::ids::{ConnectionId, TenantId};
use crate::model::Connection;
use crate::seal::{Place, Purpose};
use crate::store::Slots;
use crate::turn::Turn;

fn in_place<T>(
    tenant: &TenantId,
    connection: &ConnectionId,
    slot: &str,
    work: impl FnOnce(Place<'_>) -> T,
) -> T {
    work(Place {
        purpose: Purpose::Slot,
        tenant,
        row: &[connection.as_uuid().as_bytes(), slot.as_bytes()],
    })
}

impl<D: Driver> Vault<D> {
    fn seal_slot(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<Vec<u8>, StoreError> {
        in_place(tenant, connection, slot, |place| {
            self.sealer.seal(place, value.expose_secret().as_bytes())
        })
    }

    async fn keep_slot(
        &self,
        keep: Keep,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<(), StoreError> {
        let sealed = self.seal_slot(tenant, connection, slot, value)?;
        self.driver
            .put_slot(keep, tenant, connection, slot, sealed)
            .await
    }
}

#[async_trait]
impl<D: Driver> Slots for Vault<D> {
    async fn sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<SecretString>, StoreError> {
        let Some(sealed) = self.driver.slot(tenant, connection, slot).await? else {
            return Ok(None);
        };
        let plain = in_place(tenant, connection, slot, |place| {
            self.sealer.open(place, &sealed)
        })?;
        let text =
            std::str::from_utf8(&plain).map_err(|_| self.damaged("a sealed value is no text"))?;
        Ok(Some(SecretString::from(text)))
    }

    async fn put_sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<(), StoreError> {
        self.keep_slot(Keep::Written, tenant, connection, slot, value)
            .await
    }

    async fn put_sealed_synced(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<(), StoreError> {
        self.keep_slot(Keep::Synced, tenant, connection, slot, value)
            .await
    }

    async fn remove_sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<bool, StoreError> {
        self.driver
            .remove_slot(Keep::Written, tenant, connection, slot)
            .await
    }

    async fn replace_sealed(
        &self,
        connection: &Connection,
        slots: &[(&str, SecretString)],
    ) -> Result<(), StoreError> {
        let row = self.seal_connection(connection)?;
        let sealed = slots
            .iter()
            .map(|(slot, value)| {
                let sealed = self.seal_slot(&connection.tenant, &connection.id, slot, value)?;
                Ok(((*slot).to_owned(), sealed))
            })
            .collect::<Result<_, StoreError>>()?;
        self.driver
            .change_connection(Keep::Synced, row, Change::Slots(sealed))
            .await
    }

    async fn take_turn(
        &self,
        connection: &ConnectionId,
        wait: Duration,
    ) -> Result<Option<Turn>, StoreError> {
        self.driver.take_turn(connection, wait).await
    }
}
