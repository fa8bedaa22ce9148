//! Security roles and who has them. [`security`](crate::security) knows what they bring.

use uuid::{Uuid, uuid};

use super::SeedError;
use super::ids::named;
use super::names::SYSTEM_SOLUTION;
use super::names::{ADMINISTRATOR, BASIC_USER, CUSTOMIZER, DELEGATE, SALESPERSON, role};
use super::writer::{Writer, lookup, text, whole};
use crate::rows::Cell;

/// Names as a new environment has them, with the ids of the templates behind them, which are the same everywhere.
const ROLES: [(&str, Uuid); 5] = [
    (ADMINISTRATOR, uuid!("627090ff-40a3-4053-8790-584edc5be201")),
    (CUSTOMIZER, uuid!("119f245c-3cc8-4b62-b31c-d1a046ced15d")),
    (BASIC_USER, uuid!("236750cd-45ae-4939-ab12-b24b920ced93")),
    (SALESPERSON, uuid!("a4be89ff-7c35-4d69-9900-999c3f603e6f")),
    (DELEGATE, uuid!("d892cc0b-28c7-4e88-bd92-72f2c366baed")),
];

/// Ids of the seeded roles.
pub(super) fn ids() -> impl Iterator<Item = Uuid> {
    ROLES.into_iter().map(|(name, _)| role(name))
}

/// Writes the roles themselves.
pub(super) fn write(writer: &Writer<'_>, business_unit: Uuid) -> Result<(), SeedError> {
    if writer.has("roletemplate") {
        let templates = ROLES.map(|(name, template)| vec![Cell::Guid(template), text(name)]);
        writer.insert("roletemplate", &["roletemplateid", "name"], templates)?;
    }
    let rows = ROLES.map(|(name, template)| {
        vec![
            Cell::Guid(role(name)),
            text(name),
            lookup("businessunit", business_unit),
            lookup("role", role(name)),
            whole(1),
            lookup("roletemplate", template),
            Cell::Bool(true),
            Cell::Guid(SYSTEM_SOLUTION),
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
            "roletemplateid",
            "ismanaged",
            "solutionid",
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
