//! Security roles and who has them. Privileges behind a role are not simulated; having none at all is.

use uuid::Uuid;

use super::SeedError;
use super::ids::named;
use super::writer::{Writer, lookup, text, whole};
use crate::rows::Cell;

/// The role that may do everything, acting for others included.
pub const ADMINISTRATOR: &str = "System Administrator";
/// The role of those who sell.
pub(super) const SALESPERSON: &str = "Salesperson";

/// Names as a new environment has them.
const ROLES: [&str; 5] = [
    ADMINISTRATOR,
    "System Customizer",
    "Basic User",
    SALESPERSON,
    "Delegate",
];

/// Id of a seeded role.
pub fn role(name: &str) -> Uuid {
    named("role", name)
}

/// Writes the roles themselves.
pub(super) fn write(writer: &Writer<'_>, business_unit: Uuid) -> Result<(), SeedError> {
    let rows = ROLES.map(|name| {
        vec![
            Cell::Guid(role(name)),
            text(name),
            lookup("businessunit", business_unit),
            lookup("role", role(name)),
            whole(1),
        ]
    });
    writer.insert(
        "role",
        &[
            "roleid",
            "name",
            "businessunitid",
            "parentrootroleid",
            "isinherited",
        ],
        rows,
    )?;
    Ok(())
}

/// Gives users a role each.
pub(super) fn assign(
    writer: &Writer<'_>,
    assignments: impl IntoIterator<Item = (Uuid, &'static str)>,
) -> Result<(), SeedError> {
    let rows = assignments.into_iter().map(|(user, name)| {
        vec![
            Cell::Guid(named("systemuserroles", &format!("{user}/{name}"))),
            Cell::Guid(user),
            Cell::Guid(role(name)),
        ]
    });
    writer.insert(
        "systemuserroles",
        &["systemuserrolesid", "systemuserid", "roleid"],
        rows,
    )?;
    Ok(())
}
