//! The address of a row for use in a body.

use airlock_connector::{Error, Transport};

use super::{Organisation, key::key};
use crate::{tables::Table, webapi::RowKey};

/// The address of a row of `target`, below the API root and beginning with a slash.
///
/// There a key stands inline, as the service documents no aliases for it, and less is decoded than in a
/// URL: a key with any unusual character is replaced by the row's id.
///
/// # Errors
/// [`Error::InvalidInput`] at `place` when the key is none, or no row has it.
pub(super) async fn address<T: Transport>(
    organisation: Organisation<'_, T>,
    target: &Table,
    row: &RowKey,
    place: &str,
) -> Result<String, Error> {
    // Boxed: a key's columns may be lookups of their own.
    let typed = Box::pin(key(organisation, target, row, place)).await?;
    let columns = match &typed {
        RowKey::Id(id) => return Ok(format!("/{}({id})", target.set)),
        RowKey::Alternate(columns) => columns,
    };
    if columns.plain() {
        return Ok(format!("/{}({})", target.set, columns.in_body()));
    }
    match organisation.client.find(&target.rows(), columns).await? {
        Some(id) => Ok(format!("/{}({id})", target.set)),
        None => Err(Error::invalid(
            place,
            format!("{} has no row with {}", target.set, columns.describe()),
        )),
    }
}
