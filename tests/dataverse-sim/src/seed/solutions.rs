//! The publishers and solutions that every organisation has. The ids of solutions are the same everywhere.

use uuid::Uuid;

use super::SeedError;
use super::ids::named;
use super::writer::{Writer, lookup, text, whole};
use crate::organisation::Identity;
use crate::rows::Cell;

/// Where customisations without a solution live: id, unique name, display name.
const SOLUTIONS: [(u128, &str, &str); 2] = [
    (
        0xfd14_0aae_4df4_11dd_bd17_0019_b931_2238,
        "Active",
        "Active Solution",
    ),
    (
        0xfd14_0aaf_4df4_11dd_bd17_0019_b931_2238,
        "Default",
        "Default Solution",
    ),
];

/// Writes them.
pub(super) fn write(writer: &Writer<'_>, identity: &Identity) -> Result<(), SeedError> {
    if !writer.has("publisher") || !writer.has("solution") {
        return Ok(());
    }
    let unique_name = format!("DefaultPublisher{}", identity.url_name);
    let publisher = named("publisher", "default");
    writer.insert(
        "publisher",
        &[
            "publisherid",
            "uniquename",
            "friendlyname",
            "customizationprefix",
            "customizationoptionvalueprefix",
        ],
        [vec![
            Cell::Guid(publisher),
            text(&unique_name),
            text(format!("Default Publisher for {}", identity.url_name)),
            text("new"),
            whole(10_000),
        ]],
    )?;
    let rows = SOLUTIONS.map(|(id, name, shown)| {
        vec![
            Cell::Guid(Uuid::from_u128(id)),
            text(name),
            text(shown),
            text("1.0"),
            lookup("publisher", publisher),
        ]
    });
    writer.insert(
        "solution",
        &[
            "solutionid",
            "uniquename",
            "friendlyname",
            "version",
            "publisherid",
        ],
        rows,
    )?;
    Ok(())
}
