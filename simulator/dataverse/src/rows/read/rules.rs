//! How collections are written in one query: with pages and without (reference §3.5, §3.6).
//!
//! Layer: read, pure.

use crate::http::SimError;
use crate::query::expand::Expand;
use crate::schema::{Navigation, Table};

/// Most rows in one page, and in one unpaged collection (reference §3.6).
pub const MAX_PAGE: usize = 5_000;

/// How collections are written in this query.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Whether any expand of the query has an expand of its own.
    pub nested: bool,
    /// Rows of a page where collections are paged.
    pub page_size: usize,
}

impl Rules {
    /// The rules for a query with these expands.
    pub fn of(expand: &[Expand], page_size: usize) -> Self {
        Self {
            nested: expand.iter().any(|item| !item.expand.is_empty()),
            page_size,
        }
    }
}

/// The refusal of options that an expand does not take.
pub fn only_select_and_filter() -> SimError {
    SimError::bad_url(
        "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested \
         one-to-many relationship.",
    )
}

/// Refuses what the service does not combine: a many-to-many collection stands beside others of its kind only, holds no
/// expands and stands in none (reference §3.5; text unverified).
///
/// # Errors
/// 400 for such a combination.
pub fn combined(table: &Table, expand: &[Expand], rules: Rules) -> Result<(), SimError> {
    let is_many = |item: &&Expand| {
        matches!(
            table.navigation(&item.navigation),
            Some(Navigation::ManyToMany { .. })
        )
    };
    let many = expand.iter().filter(is_many).count();
    if many > 0 && (rules.nested || many < expand.len()) {
        return Err(SimError::bad_url(
            "A $expand of a many-to-many relationship can't be nested or combined with a $expand of another kind.",
        ));
    }
    Ok(())
}
