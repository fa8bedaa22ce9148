//! Calls of triggers.

use super::named;
use crate::{
    Callback, Connector, Error, Page, Receipt, Registration, SessionOf, Start, Transport,
    TriggerEntry,
};

/// The trigger called `name`: by its own name, or by an alias in any case.
///
/// # Errors
/// There is none; the message names the nearest one.
pub fn find_trigger<C: Connector, T: Transport>(
    name: &str,
) -> Result<&'static TriggerEntry<C::Service, T>, Error> {
    named("trigger", name, C::triggers::<T>(), |entry| {
        (entry.declaration.name, entry.declaration.aliases)
    })
}

/// The events from `start` on, as far as one page goes.
///
/// # Errors
/// The trigger is unknown or not polled, its configuration is wrong, or the service did not answer.
pub async fn poll<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    trigger: &str,
    config: &str,
    start: Start<'_>,
) -> Result<Page, Error> {
    let entry = find_trigger::<C, T>(trigger)?;
    (entry.poll)(session, config, start).await
}

/// Registers `callback_url` with the service.
///
/// # Errors
/// The trigger is unknown or not called by its service, its configuration is wrong, or the service
/// refused.
pub async fn subscribe<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    trigger: &str,
    config: &str,
    callback_url: &str,
) -> Result<Registration, Error> {
    let entry = find_trigger::<C, T>(trigger)?;
    (entry.subscribe)(session, config, callback_url).await
}

/// Lets a registration last longer.
///
/// # Errors
/// As for [`subscribe`].
pub async fn renew<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    trigger: &str,
    config: &str,
    handle: &str,
) -> Result<Registration, Error> {
    let entry = find_trigger::<C, T>(trigger)?;
    (entry.renew)(session, config, handle).await
}

/// Whether a registration stands as it was made, exactly once.
///
/// # Errors
/// As for [`subscribe`].
pub async fn verify<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    trigger: &str,
    config: &str,
    handle: &str,
) -> Result<bool, Error> {
    let entry = find_trigger::<C, T>(trigger)?;
    (entry.verify)(session, config, handle).await
}

/// Takes a registration back.
///
/// # Errors
/// As for [`subscribe`].
pub async fn unsubscribe<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    trigger: &str,
    handle: &str,
) -> Result<(), Error> {
    let entry = find_trigger::<C, T>(trigger)?;
    (entry.unsubscribe)(session, handle).await
}

/// Turns one call of the service into events.
///
/// # Errors
/// The trigger is unknown or not called by its service, or the call is none of the service's.
pub async fn receive<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    trigger: &str,
    config: &str,
    request: &Callback,
) -> Result<Receipt, Error> {
    let entry = find_trigger::<C, T>(trigger)?;
    (entry.receive)(session, config, request).await
}
