//! Names and ids of seeded rows that others have to know.
//!
//! Layer: seed, the ground.

use uuid::{Uuid, uuid};

use super::ids::named;

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

/// Id of a seeded role.
pub fn role(name: &str) -> Uuid {
    named("role", name)
}

/// The solution of what the service came with.
pub(super) const SYSTEM_SOLUTION: Uuid = uuid!("fd140aad-4df4-11dd-bd17-0019b9312238");

/// The solution of what is made without naming one.
pub const ACTIVE_SOLUTION: Uuid = uuid!("fd140aae-4df4-11dd-bd17-0019b9312238");
