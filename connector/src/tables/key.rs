//! Alternate keys as the organisation defined them.

use serde::Deserialize;

/// What is read of a key.
pub(super) const SELECT: &str = "LogicalName,SchemaName,KeyAttributes,EntityKeyIndexStatus";

/// One alternate key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDefinition {
    /// Logical name of the key.
    pub name: String,
    /// Logical names of its columns.
    pub columns: Vec<String>,
    /// State of its index; only an `Active` key finds rows.
    pub status: String,
}

impl KeyDefinition {
    /// Whether rows can be found by it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == "Active"
    }

    /// Whether it consists of exactly these columns, in any order.
    #[must_use]
    pub fn is_of(&self, columns: &[&str]) -> bool {
        columns.len() == self.columns.len()
            && self
                .columns
                .iter()
                .all(|column| columns.contains(&column.as_str()))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    logical_name: Option<String>,
    schema_name: Option<String>,
    key_attributes: Vec<String>,
    entity_key_index_status: Option<String>,
}

impl Definition {
    pub(super) fn into_key(self) -> KeyDefinition {
        KeyDefinition {
            name: self.logical_name.or(self.schema_name).unwrap_or_default(),
            columns: self.key_attributes,
            status: self
                .entity_key_index_status
                .unwrap_or_else(|| "Active".to_owned()),
        }
    }
}
