//! Security roles and who has them. [`security`](crate::security) knows what they bring.

use uuid::Uuid;

use super::SeedError;
use super::ids::named;
use super::writer::{Writer, lookup, text, whole};
use crate::rows::Cell;

/// The role that may do everything, acting for others included.
pub const ADMINISTRATOR: &str = "System Administrator";
/// The role of those who sell.
pub const SALESPERSON: &str = "Salesperson";

/// The role of those who change tables.
pub const CUSTOMIZER: &str = "System Customizer";
/// The role of everybody else.
pub const BASIC_USER: &str = "Basic User";
/// The role of those who act for others.
pub const DELEGATE: &str = "Delegate";

/// Names as a new environment has them.
const ROLES: [&str; 5] = [ADMINISTRATOR, CUSTOMIZER, BASIC_USER, SALESPERSON, DELEGATE];

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
