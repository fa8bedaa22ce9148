//! The JSON of each kind of definition, member by member as the service has it.

pub(super) mod choice;
pub(super) mod column;
pub(super) mod key;
pub(super) mod managed;
mod parts;
pub(super) mod relationship;
pub(super) mod table;
