//! Operations of other systems in their own words: Power Automate, Logic Apps, Prismatic.
//!
//! One folder for each system and one file for each group, all of them tables; what tables can say is
//! done by the SDK. A block that was cut out of a flow works as it stands.

mod logic_apps;
pub(crate) mod place;
mod power_automate;
mod prismatic;
#[cfg(test)]
mod tests;

use airlock_connector::dialect::Operation;

/// Every operation. A name that two systems have means the one that comes first.
#[must_use]
pub fn all() -> &'static [&'static [Operation]] {
    &[
        power_automate::ROWS,
        power_automate::RELATIONS,
        power_automate::BULK,
        power_automate::SEARCH,
        power_automate::ELSEWHERE,
        logic_apps::ROWS,
        logic_apps::FIRST_ROWS,
        prismatic::ROWS,
        prismatic::BULK,
        prismatic::CONNECTION,
        prismatic::ADVANCED,
    ]
}
