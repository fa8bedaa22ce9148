//! The unit group that products are sold in before anybody makes another.

use super::SeedError;
use super::ids::named;
use super::writer::{Writer, lookup, text};
use crate::organisation::Identity;
use crate::rows::Cell;

/// Writes the group and its one unit.
pub(super) fn write(writer: &Writer<'_>, identity: &Identity) -> Result<(), SeedError> {
    if !writer.has("uom") || !writer.has("uomschedule") {
        return Ok(());
    }
    let group = named("uomschedule", "Default Unit");
    let unit = "Primary Unit";
    writer.insert(
        "uomschedule",
        &["uomscheduleid", "name", "baseuomname", "organizationid"],
        [vec![
            Cell::Guid(group),
            text("Default Unit"),
            text(unit),
            lookup("organization", identity.organization_id),
        ]],
    )?;
    writer.insert(
        "uom",
        &[
            "uomid",
            "name",
            "quantity",
            "isschedulebaseuom",
            "uomscheduleid",
            "organizationid",
        ],
        [vec![
            Cell::Guid(named("uom", unit)),
            text(unit),
            Cell::Integer(1),
            Cell::Bool(true),
            lookup("uomschedule", group),
            Cell::Guid(identity.organization_id),
        ]],
    )?;
    Ok(())
}
