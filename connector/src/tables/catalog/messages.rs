//! Which messages take many rows of a table at once.

use airlock_connector::{Error, Transport};

use super::{Catalog, Freshness, slot};
use crate::{
    tables::table::Table,
    webapi::{Client, multiple::Message},
};

impl Catalog {
    /// Whether the rows of `table` take `message`. Who may not ask is told no: there is another way for
    /// everything that it does.
    ///
    /// # Errors
    /// What the service answered.
    pub(crate) async fn takes<T: Transport>(
        &self,
        client: &Client<T>,
        table: &Table,
        message: Message,
    ) -> Result<bool, Error> {
        let slot = slot(
            &self.messages,
            &format!("{}/{}", table.name, message.name()),
        );
        let oldest = Freshness::Cached.oldest(client.transport().now());
        slot.get(client.transport(), oldest, async || {
            match client.takes(table.name.as_str(), message).await {
                Err(Error::Forbidden(_) | Error::NotFound(_) | Error::InvalidInput(_)) => Ok(false),
                answer => answer,
            }
        })
        .await
    }
}
