//! One table and the names it goes by.

use serde::Deserialize;

use super::label::Label;
use crate::webapi::{EntitySetName, RowSet, TableName};

/// What is read of a table's definition.
pub(super) const SELECT: &str = "LogicalName,EntitySetName,SchemaName,LogicalCollectionName,PrimaryIdAttribute,PrimaryNameAttribute,DisplayName,DisplayCollectionName,IsActivity,IsIntersect,IsPrivate";

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Logical name, such as `lead`.
    pub name: TableName,
    /// Name in URLs, such as `leads`.
    pub set: EntitySetName,
    /// Schema name, such as `Lead`.
    pub schema_name: String,
    /// Plural of the logical name; usually but not always the same as `set`.
    pub collection_name: Option<String>,
    /// Name for people, in the caller's language.
    pub label: Option<String>,
    /// Plural for people.
    pub collection_label: Option<String>,
    /// Column that holds a row's id.
    pub primary_id: String,
    /// Column that names a row to people.
    pub primary_name: Option<String>,
    /// Whether its rows are activities (tasks, e-mails, …).
    pub activity: bool,
    /// Whether it only joins two other tables.
    pub intersect: bool,
    /// Whether it belongs to the platform and not to people.
    pub private: bool,
}

impl Table {
    /// The table as far as row operations are concerned.
    #[must_use]
    pub fn rows(&self) -> RowSet {
        RowSet {
            set: self.set.clone(),
            primary_id: self.primary_id.clone(),
        }
    }

    /// The resource of its definition, below the API root.
    pub(super) fn definition(&self) -> String {
        format!("EntityDefinitions(LogicalName='{}')", self.name)
    }
}

/// A definition as the service sends it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    logical_name: String,
    entity_set_name: Option<String>,
    schema_name: Option<String>,
    logical_collection_name: Option<String>,
    primary_id_attribute: Option<String>,
    primary_name_attribute: Option<String>,
    display_name: Option<Label>,
    display_collection_name: Option<Label>,
    is_activity: Option<bool>,
    is_intersect: Option<bool>,
    is_private: Option<bool>,
}

impl Definition {
    /// The table; `None` when the Web API does not reach it.
    pub(super) fn into_table(self) -> Option<Table> {
        let text = |label: Option<Label>| label?.text().map(str::to_owned);
        let set = self.entity_set_name.filter(|name| !name.is_empty())?;
        Some(Table {
            set: EntitySetName::new(set).ok()?,
            primary_id: self
                .primary_id_attribute
                .unwrap_or_else(|| format!("{}id", self.logical_name)),
            schema_name: self
                .schema_name
                .unwrap_or_else(|| self.logical_name.clone()),
            name: TableName::new(self.logical_name).ok()?,
            collection_name: self.logical_collection_name,
            primary_name: self.primary_name_attribute.filter(|name| !name.is_empty()),
            label: text(self.display_name),
            collection_label: text(self.display_collection_name),
            activity: self.is_activity.unwrap_or_default(),
            intersect: self.is_intersect.unwrap_or_default(),
            private: self.is_private.unwrap_or_default(),
        })
    }
}
