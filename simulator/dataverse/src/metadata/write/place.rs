//! Where a new column comes to stand.

use std::sync::Arc;

use crate::schema::{Label, OptionSet};

/// Where a new column stands.
pub(super) struct Place<'a> {
    pub(super) table: &'a str,
    pub(super) logical_name: &'a str,
    pub(super) display_name: &'a Label,
    pub(super) choices: &'a [Arc<OptionSet>],
}
