//! The rows at the far end of a collection: what to select them from, and what ties them to their parent.
//!
//! Layer: query, pure. Lambdas, expands and `accounts(id)/Account_Tasks` all ask here.

use crate::http::SimError;
use crate::rows::storage::layout::quoted;
use crate::schema::{Navigation, Schema, Table};

use super::target_condition;

/// The far end of a collection-valued navigation property.
pub struct Related<'a> {
    /// The table of the related rows.
    pub table: &'a Table,
    /// Joined before the related table's own alias: the intersect table of a many-to-many relationship.
    pub through: Option<String>,
    /// What ties a related row to its parent.
    pub condition: String,
    /// Logical name of the lookup on the related rows that points back.
    pub back_reference: Option<&'a str>,
}

/// Describes the rows that `navigation` leads to. `parent` is the SQL expression of the parent's id and `alias` the name
/// that the related rows go by; a many-to-many relationship uses `{alias}m` for its intersect table.
///
/// # Errors
/// When the related table is not part of this organisation, or the navigation property is single-valued.
pub fn related<'a>(
    schema: &'a Schema,
    navigation: &'a Navigation,
    parent: &str,
    alias: &str,
) -> Result<Related<'a>, SimError> {
    let table = |name: &str| {
        schema
            .table(name)
            .ok_or_else(|| SimError::unknown_segment(name))
    };
    match navigation {
        Navigation::ManyToOne(relationship) => Err(SimError::bad_url(format!(
            "The navigation property '{}' is not a collection.",
            relationship.referencing_navigation
        ))),
        Navigation::OneToMany(relationship) => {
            let table = table(&relationship.referencing)?;
            let tie = format!(
                "{alias}.{} = {parent}",
                quoted(&relationship.referencing_attribute)
            );
            let condition = format!("{tie}{}", target_condition(table, relationship, alias));
            Ok(Related {
                table,
                through: None,
                condition,
                back_reference: Some(&relationship.referencing_attribute),
            })
        }
        Navigation::ManyToMany {
            relationship,
            from_first,
        } => {
            let (near, far) = match from_first {
                true => (&relationship.first, &relationship.second),
                false => (&relationship.second, &relationship.first),
            };
            let table = table(&far.table)?;
            let through = format!(
                "{} AS {alias}m CROSS JOIN {} AS {alias} ON {alias}.{} = {alias}m.{}",
                quoted(&relationship.intersect),
                quoted(&table.logical_name),
                quoted(&table.primary_id),
                quoted(&far.intersect_attribute)
            );
            let condition = format!("{alias}m.{} = {parent}", quoted(&near.intersect_attribute));
            Ok(Related {
                table,
                through: Some(through),
                condition,
                back_reference: None,
            })
        }
    }
}

impl Related<'_> {
    /// What stands behind `FROM`, without lookups followed from the related rows.
    pub fn source(&self, alias: &str) -> String {
        match &self.through {
            Some(through) => through.clone(),
            None => format!("{} AS {alias}", quoted(&self.table.logical_name)),
        }
    }
}
