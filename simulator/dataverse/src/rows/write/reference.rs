//! Addresses of rows in bodies: `@odata.bind`, `@odata.id` and `$id`.
//!
//! Layer: write. Absolute, rooted and relative spellings all name the same row; the host is not looked at, for the same
//! organisation answers under several (reference §2.1, §7).

use rusqlite::Connection;
use uuid::Uuid;

use crate::http::SimError;
use crate::query::parse::Aliases;
use crate::rows::key::RowKey;
use crate::rows::path;
use crate::schema::{Schema, Table};

/// The row that an address names.
///
/// # Errors
/// 400 for an address that cannot be read, 404 for a row that does not exist.
pub fn resolve<'a>(
    schema: &'a Schema,
    connection: &Connection,
    address: &str,
) -> Result<(&'a Table, Uuid), SimError> {
    let relative = relative(address);
    let segments = path::segments(relative)?;
    let [segment] = segments.as_slice() else {
        return Err(SimError::bad_url(format!(
            "The URI '{address}' does not address a single record."
        )));
    };
    let table = schema.table_by_set(&segment.name).ok_or_else(|| {
        SimError::bad_url(format!(
            "Resource not found for the segment '{}'.",
            segment.name
        ))
    })?;
    let key = segment.key.as_deref().ok_or_else(|| {
        SimError::bad_url(format!(
            "The URI '{address}' does not address a single record."
        ))
    })?;
    let key = RowKey::parse(table, key, &Aliases::new())?;
    match key.find(connection, table)? {
        Some(id) => Ok((table, id)),
        None => Err(key.not_found(table)),
    }
}

/// The part behind the service root.
pub fn relative(address: &str) -> &str {
    const SERVICE: &str = "/api/data/v";
    let address = match address.split_once("://") {
        Some((_, rest)) => rest
            .find('/')
            .and_then(|start| rest.get(start..))
            .unwrap_or_default(),
        None => address,
    };
    let address = match address
        .find(SERVICE)
        .and_then(|start| address.get(start + SERVICE.len()..))
    {
        Some(versioned) => versioned.split_once('/').map_or("", |(_, rest)| rest),
        None => address,
    };
    address.trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_has_the_same_relative_part() {
        for address in [
            "accounts(1)",
            "/accounts(1)",
            "/api/data/v9.2/accounts(1)",
            "https://contoso.crm.dynamics.com/api/data/v9.0/accounts(1)",
            "http://127.0.0.1:8080/api/data/v9.2/accounts(1)",
        ] {
            assert_eq!(relative(address), "accounts(1)", "{address}");
        }
        assert_eq!(relative("https://contoso.crm.dynamics.com"), "");
    }
}
