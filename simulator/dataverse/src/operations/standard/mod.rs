//! The operations that every organisation has, by subject.
//!
//! Layer: operations (reference §6.2).

mod access;
mod audit;
mod blocks;
mod closing;
mod counting;
mod definitions;
mod dependencies;
mod duplicates;
mod email;
mod incident;
mod languages;
mod lead;
mod lists;
mod mapping;
mod merge;
mod opportunity;
mod organisation;
mod queue;
mod roles;
mod rollup;
mod search;
mod state;
mod teams;
mod template;
mod text;

use super::operation::Operation;
use super::{jobs, multiple};

/// All of them.
pub(super) fn operations() -> Vec<Operation> {
    [
        organisation::operations(),
        counting::operations(),
        definitions::operations(),
        dependencies::operations(),
        languages::operations(),
        access::operations(),
        audit::operations(),
        roles::operations(),
        teams::operations(),
        opportunity::operations(),
        incident::operations(),
        lead::operations(),
        merge::operations(),
        mapping::operations(),
        lists::operations(),
        queue::operations(),
        email::operations(),
        duplicates::operations(),
        rollup::operations(),
        search::operations(),
        state::operations(),
        text::operations(),
        blocks::operations(),
        multiple::operations(),
        jobs::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
