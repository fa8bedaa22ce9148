//! Who may do what: privileges, the roles that bring them, and what of a table a user sees.
//!
//! Layer: beside [`rows`](crate::rows), which asks here before it reads and writes (reference §1.3, §6.2, §11.3). Whoever
//! holds everything in the whole organisation, as administrators and most applications do, costs a look into a map and
//! nothing else. For others every table of a statement is narrowed to the rows that they may read, so that no way of
//! asking leads past it.

mod check;
mod privilege;
mod rights;
mod role;
mod visible;

pub use check::{
    check_row, check_stored, hidden, require, require_global, require_named, restrictions,
};
pub use privilege::{Access, Depth, Privilege, privilege_id, privileges};
pub use rights::{Rights, RightsCache};
pub use role::first_depth;
pub use visible::scoped;

#[cfg(test)]
mod tests;
