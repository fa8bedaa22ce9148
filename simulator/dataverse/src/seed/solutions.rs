//! The publishers and solutions that every organisation has. The ids of solutions are the same everywhere.

use uuid::{Uuid, uuid};

use super::SeedError;
use super::ids::named;
use super::names::{ACTIVE_SOLUTION, SYSTEM_SOLUTION};
use super::writer::{Writer, lookup, text, whole};
use crate::organisation::Identity;
use crate::rows::Cell;

/// The solution that shows everything.
const DEFAULT_SOLUTION: Uuid = uuid!("fd140aaf-4df4-11dd-bd17-0019b9312238");

/// Id, unique name, display name.
const SOLUTIONS: [(Uuid, &str, &str); 3] = [
    (SYSTEM_SOLUTION, "System", "System Solution"),
    (ACTIVE_SOLUTION, "Active", "Active Solution"),
    (DEFAULT_SOLUTION, "Default", "Default Solution"),
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
            Cell::Guid(id),
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
