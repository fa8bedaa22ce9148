//! Users that stand for applications: what the service fills in where a create names little more than the application.
//!
//! Layer: write.

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::rows::write::facts::Facts;
use crate::schema::Table;
use crate::token::service_principal;

/// `accessmode` of users that are applications.
const NON_INTERACTIVE: i64 = 4;

/// Gives a new application user a user name in the caller's domain, an address, its directory object and its access mode.
///
/// # Errors
/// When the caller cannot be read.
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    let Cell::Guid(client_id) = draft.named(table, "applicationid") else {
        return Ok(Vec::new());
    };
    if changed.is_some() {
        return Ok(Vec::new());
    }
    let client_id = *client_id;
    let caller = facts.text("systemuser", facts.origin.caller.user_id, "domainname")?;
    let domain = caller.as_deref().and_then(|name| name.split_once('@'));
    let domain = domain.map_or("localhost", |(_, domain)| domain);
    let name = format!("{client_id}@{domain}");
    // Whatever was asked for: an application signs in in no other way.
    let mode = draft.set_named(table, "accessmode", Cell::Integer(NON_INTERACTIVE));
    let mut filled = Vec::from_iter(mode);
    for (column, cell) in [
        ("domainname", Cell::Text(name.clone())),
        ("internalemailaddress", Cell::Text(name)),
        (
            "azureactivedirectoryobjectid",
            Cell::Guid(service_principal(client_id)),
        ),
    ] {
        if *draft.named(table, column) == Cell::Null {
            filled.extend(draft.set_named(table, column, cell));
        }
    }
    Ok(filled)
}
