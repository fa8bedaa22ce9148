//! A sign-in in its slot: read, kept, kept as refused. Below the grant that changes it and the keeper that uses the
//! grant. Auth layer.

use airlock_store::{Slots, StoreError};

use super::{Refusal, SIGN_IN_SLOT, Saved};
use crate::cache::TokenKey;
use crate::error::AuthError;

/// The sign-in that a connection has.
pub(crate) async fn load(store: &dyn Slots, key: &TokenKey) -> Result<Option<Saved>, StoreError> {
    let text = store
        .sealed(&key.tenant, &key.connection, SIGN_IN_SLOT)
        .await?;
    Ok(text.as_ref().and_then(Saved::read))
}

/// Keeps a sign-in that changed, on the disk itself: a refresh token that took another's place
/// cannot be had again.
pub(crate) async fn keep(
    store: &dyn Slots,
    key: &TokenKey,
    saved: &Saved,
) -> Result<(), StoreError> {
    let text = saved
        .write()
        .ok_or_else(|| StoreError::Defect("a sign-in cannot be written".into()))?;
    store
        .put_sealed_synced(&key.tenant, &key.connection, SIGN_IN_SLOT, &text)
        .await
}

/// Keeps that the authority will not take a sign-in any more, if that is what `error` says.
pub(crate) async fn keep_refusal(
    store: &dyn Slots,
    key: &TokenKey,
    mut saved: Saved,
    error: &AuthError,
    now: time::OffsetDateTime,
) {
    saved.refused = Refusal::of(error, now);
    if saved.refused.is_none() {
        return;
    }
    let TokenKey { tenant, connection } = key;
    tracing::info!(%tenant, %connection, %error, "a person has to sign in again");
    if let Err(error) = keep(store, key, &saved).await {
        tracing::warn!(%tenant, %connection, %error, "that could not be kept; the authority will be asked again");
    }
}
