//! The columns of a table and what may stand in them.

use airlock_connector::{by_name::ByName, nearest};
use serde::Deserialize;

use super::label::Label;

/// What is read of every column. Members of single types (lengths, options) need a cast and are
/// read apart.
pub(super) const SELECT: &str = "LogicalName,SchemaName,AttributeType,AttributeTypeName,AttributeOf,DisplayName,RequiredLevel,IsValidForCreate,IsValidForUpdate,IsValidForRead,IsValidODataAttribute,IsPrimaryId";

/// What kind of value a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// GUID.
    Id,
    /// One line of text.
    Text,
    /// Many lines of text.
    Memo,
    /// 32-bit whole number.
    Whole,
    /// 64-bit whole number.
    Big,
    /// Fixed-point number.
    Decimal,
    /// Floating-point number.
    Double,
    /// Amount in the row's currency.
    Money,
    /// Yes or no.
    YesNo,
    /// One of several options.
    Choice,
    /// Any of several options.
    Choices,
    /// Active, inactive and the like.
    State,
    /// Reason for the state.
    Status,
    /// Date, with or without time: see [`DateShape`](super::DateShape).
    Date,
    /// One row of one or several tables.
    Lookup,
    /// An account or a contact.
    Customer,
    /// A user or a team.
    Owner,
    /// The parties of an activity.
    Parties,
    /// Logical name of a table.
    TableName,
    /// Picture; written by itself, not in a row.
    Image,
    /// File; written by itself, not in a row.
    File,
    /// Anything else, by the service's name for it.
    Other(String),
}

impl ColumnKind {
    /// Whether the column points at rows.
    #[must_use]
    pub fn is_lookup(&self) -> bool {
        matches!(self, Self::Lookup | Self::Customer | Self::Owner)
    }

    /// Whether the column holds options.
    #[must_use]
    pub fn is_choice(&self) -> bool {
        matches!(
            self,
            Self::Choice | Self::Choices | Self::State | Self::Status | Self::YesNo
        )
    }

    /// The cast under which metadata keeps the options.
    pub(super) fn options_cast(&self) -> Option<&'static str> {
        match self {
            Self::Choice => Some("Picklist"),
            Self::Choices => Some("MultiSelectPicklist"),
            Self::State => Some("State"),
            Self::Status => Some("Status"),
            Self::YesNo => Some("Boolean"),
            _ => None,
        }
    }

    fn read(type_name: Option<&str>, old_name: Option<&str>) -> Self {
        // `AttributeType` says Virtual for multi-select, image and file: the newer name decides.
        let name = type_name
            .and_then(|name| name.strip_suffix("Type"))
            .or(old_name)
            .unwrap_or("Unknown");
        match name {
            "Uniqueidentifier" => Self::Id,
            "String" => Self::Text,
            "Memo" => Self::Memo,
            "Integer" => Self::Whole,
            "BigInt" => Self::Big,
            "Decimal" => Self::Decimal,
            "Double" => Self::Double,
            "Money" => Self::Money,
            "Boolean" => Self::YesNo,
            "Picklist" => Self::Choice,
            "MultiSelectPicklist" => Self::Choices,
            "State" => Self::State,
            "Status" => Self::Status,
            "DateTime" => Self::Date,
            "Lookup" => Self::Lookup,
            "Customer" => Self::Customer,
            "Owner" => Self::Owner,
            "PartyList" => Self::Parties,
            "EntityName" => Self::TableName,
            "Image" => Self::Image,
            "File" => Self::File,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Whether a column has to be filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Requirement {
    /// No.
    #[default]
    Optional,
    /// Forms recommend it.
    Recommended,
    /// Forms demand it; the Web API does not.
    Application,
    /// The service fills or demands it.
    System,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Logical name.
    pub name: String,
    /// Schema name.
    pub schema_name: String,
    /// Name for people, in the caller's language.
    pub label: Option<String>,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it has to be filled.
    pub requirement: Requirement,
    /// May be given when a row is created.
    pub creatable: bool,
    /// May be given when a row is changed.
    pub updatable: bool,
    /// Can be read.
    pub readable: bool,
    /// The column that this one only belongs to, such as `owneridname` to `ownerid`.
    pub part_of: Option<String>,
    /// Whether the Web API knows it at all.
    pub exposed: bool,
    /// Whether it holds the row's id.
    pub primary_id: bool,
}

impl Column {
    /// Its name in `select`, `filter` and `orderby`.
    #[must_use]
    pub fn query_name(&self) -> String {
        if self.kind.is_lookup() {
            format!("_{}_value", self.name)
        } else {
            self.name.clone()
        }
    }
}

/// The columns of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    columns: Vec<Column>,
    by_name: ByName<usize>,
}

impl Columns {
    /// Indexes `columns` by name.
    #[must_use]
    pub fn new(columns: Vec<Column>) -> Self {
        let by_name = columns
            .iter()
            .enumerate()
            .map(|(index, column)| (column.name.to_lowercase(), index))
            .collect();
        Self { columns, by_name }
    }

    /// The column of that logical name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Column> {
        let index = match self.by_name.get(name) {
            Some(index) => index,
            None => self.by_name.get(&name.to_lowercase())?,
        };
        self.columns.get(*index)
    }

    /// All columns that the Web API knows.
    pub fn iter(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.exposed)
    }

    /// The names nearest to `wrong`: a name for people finds its column too.
    #[must_use]
    pub fn nearest(&self, wrong: &str) -> Vec<&str> {
        let lower = wrong.to_lowercase();
        let mut near: Vec<&str> = self
            .iter()
            .filter(|column| {
                column
                    .label
                    .as_ref()
                    .is_some_and(|label| label.to_lowercase() == lower)
            })
            .map(|column| column.name.as_str())
            .take(2)
            .collect();
        let names = self.iter().map(|column| column.name.as_str());
        for name in nearest::nearest(wrong, names) {
            if !near.contains(&name) && near.len() < 3 {
                near.push(name);
            }
        }
        near
    }
}

/// A column's definition as the service sends it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    logical_name: String,
    schema_name: Option<String>,
    attribute_type: Option<String>,
    attribute_type_name: Option<Valued<String>>,
    attribute_of: Option<String>,
    display_name: Option<Label>,
    required_level: Option<Valued<String>>,
    is_valid_for_create: Option<bool>,
    is_valid_for_update: Option<bool>,
    is_valid_for_read: Option<bool>,
    #[serde(rename = "IsValidODataAttribute")]
    is_valid_odata_attribute: Option<bool>,
    is_primary_id: Option<bool>,
}

/// `{"Value": …}`, the service's wrapper for settings that can be managed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Valued<V> {
    pub(super) value: Option<V>,
}

impl Definition {
    pub(super) fn into_column(self) -> Column {
        let type_name = self.attribute_type_name.and_then(|name| name.value);
        let kind = ColumnKind::read(type_name.as_deref(), self.attribute_type.as_deref());
        let level = self.required_level.and_then(|level| level.value);
        Column {
            schema_name: self
                .schema_name
                .unwrap_or_else(|| self.logical_name.clone()),
            name: self.logical_name,
            label: self
                .display_name
                .and_then(|label| label.text().map(str::to_owned)),
            requirement: match level.as_deref() {
                Some("SystemRequired") => Requirement::System,
                Some("ApplicationRequired") => Requirement::Application,
                Some("Recommended") => Requirement::Recommended,
                _ => Requirement::Optional,
            },
            creatable: self.is_valid_for_create.unwrap_or(true),
            updatable: self.is_valid_for_update.unwrap_or(true),
            readable: self.is_valid_for_read.unwrap_or(true),
            part_of: self.attribute_of.filter(|name| !name.is_empty()),
            exposed: self.is_valid_odata_attribute.unwrap_or(true)
                && kind != ColumnKind::Other("Virtual".to_owned()),
            primary_id: self.is_primary_id.unwrap_or_default(),
            kind,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_type_name_decides() {
        let table = [
            (
                Some("MultiSelectPicklistType"),
                Some("Virtual"),
                ColumnKind::Choices,
            ),
            (Some("ImageType"), Some("Virtual"), ColumnKind::Image),
            (Some("FileType"), Some("Virtual"), ColumnKind::File),
            (Some("StringType"), Some("String"), ColumnKind::Text),
            (None, Some("Money"), ColumnKind::Money),
            (None, None, ColumnKind::Other("Unknown".into())),
        ];
        for (new, old, kind) in table {
            assert_eq!(ColumnKind::read(new, old), kind, "{new:?} {old:?}");
        }
    }
}
