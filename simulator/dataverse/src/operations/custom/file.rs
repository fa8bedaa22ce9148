//! A file of operations as it is written.
//!
//! Layer: operations, pure.

use indexmap::IndexMap;
use serde::Deserialize;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default, rename = "operation")]
    pub operations: Vec<Entry>,
}

/// One operation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Entry {
    pub name: String,
    pub kind: Kind,
    /// Bound to a row of this table.
    pub bound_to_row: Option<String>,
    /// Bound to the entity set of this table.
    pub bound_to_collection: Option<String>,
    #[serde(default)]
    pub parameters: IndexMap<String, Parameter>,
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Members of the answer.
    #[serde(default)]
    pub response: IndexMap<String, Member>,
    /// A row, or rows, as the answer.
    pub answer: Option<RowAnswer>,
}

/// Function or action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Function,
    Action,
}

/// Types by the names that custom APIs have for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Type {
    Boolean,
    DateTime,
    Decimal,
    Entity,
    EntityCollection,
    EntityReference,
    Float,
    Guid,
    Integer,
    Money,
    Picklist,
    String,
    StringArray,
}

/// What a call gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Parameter {
    #[serde(rename = "type")]
    pub of: Type,
    /// Table of a row; any when absent.
    pub table: Option<String>,
    #[serde(default)]
    pub optional: bool,
}

/// A member of the answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Member {
    #[serde(rename = "type")]
    pub of: Type,
    pub value: toml::Value,
}

/// What an operation does: exactly one of `create`, `update`, `delete` and `refuse`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Step {
    pub when: Option<When>,
    /// Table of a new row.
    pub create: Option<String>,
    /// Table of a row to change.
    pub update: Option<String>,
    /// Table of a row to delete.
    pub delete: Option<String>,
    pub refuse: Option<Refusal>,
    /// The row to change or delete; the one that the operation is bound to when absent.
    pub id: Option<String>,
    /// Columns of the row, as the Web API takes them.
    pub values: Option<toml::Table>,
    /// What later templates call the new row.
    #[serde(rename = "as")]
    pub name: Option<String>,
}

/// An error as the answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Refusal {
    pub status: Option<u16>,
    pub code: Option<String>,
    pub message: String,
}

/// A condition: a value and exactly one comparison.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct When {
    pub value: String,
    pub equals: Option<toml::Value>,
    pub differs_from: Option<toml::Value>,
    pub above: Option<f64>,
    pub below: Option<f64>,
    pub is_given: Option<bool>,
}

/// A row, or the rows that a query finds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RowAnswer {
    /// Table of one row.
    pub row: Option<String>,
    /// Its id; the row that the operation is bound to when absent.
    pub id: Option<String>,
    /// Table of many rows.
    pub rows: Option<String>,
    #[serde(default)]
    pub select: Vec<String>,
    pub filter: Option<String>,
    pub order_by: Option<String>,
    pub top: Option<u32>,
}
