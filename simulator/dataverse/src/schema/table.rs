//! Tables: names, columns, keys, and navigation indexed for the request path.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{AlternateKey, Column, ColumnKind, Facts, Label, ManyToMany, Navigation, OneToMany};

/// Who owns the rows of a table (`OwnershipType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ownership {
    /// A user or team owns each row.
    User,
    /// The organisation owns all rows.
    Organisation,
    /// A business unit owns each row.
    Business,
    /// Nobody, as for intersect tables.
    None,
}

/// The facts a table is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableParts {
    /// Lower-case name.
    pub logical_name: String,
    /// Name with capitals.
    pub schema_name: String,
    /// Resource name in URLs. Empty when the data API does not show the table.
    pub entity_set_name: String,
    /// Name of one row for people.
    pub display_name: Label,
    /// Name of many rows for people.
    pub display_collection_name: Label,
    /// Explanation for people.
    pub description: Label,
    /// Logical name of the primary id column.
    pub primary_id: String,
    /// Logical name of the primary name column; empty when there is none.
    pub primary_name: String,
    /// Who owns the rows.
    pub ownership: Ownership,
    /// Activities have `activityid` and inherit from `activitypointer`.
    pub is_activity: bool,
    /// Users and teams inherit from `principal`: their key in URLs is `ownerid`.
    pub is_principal: bool,
    /// Intersect tables are readable only.
    pub is_intersect: bool,
    /// Numeric type code.
    pub object_type_code: i32,
    /// `odata.track-changes` is allowed.
    pub change_tracking: bool,
    /// If-Match and 304 work.
    pub optimistic_concurrency: bool,
    /// Notes can be attached.
    pub has_notes: bool,
    /// Activities can regard it.
    pub has_activities: bool,
    /// Added by a person, not shipped.
    pub is_custom: bool,
    /// Kept in partitions without transactions (`TableType` is `Elastic`).
    pub is_elastic: bool,
    /// Columns in metadata order.
    pub columns: Vec<Column>,
    /// Alternate keys.
    pub keys: Vec<AlternateKey>,
    /// Identity, history and settings.
    #[serde(default)]
    pub facts: Facts,
}

/// A table with its indexes. Made by [`Schema::new`](super::Schema::new); dereferences to its [`TableParts`].
#[derive(Clone, Debug)]
pub struct Table {
    parts: Arc<TableParts>,
    index: Arc<Index>,
    navigations: HashMap<String, Navigation>,
    pub(super) many_to_one: Vec<Arc<OneToMany>>,
    /// Relationships of lookups that only the type has that this one descends from.
    pub(super) inherited: Vec<Arc<OneToMany>>,
    pub(super) one_to_many: Vec<Arc<OneToMany>>,
    pub(super) many_to_many: Vec<Arc<ManyToMany>>,
}

/// Where columns are, by the names a request can use.
#[derive(Debug)]
struct Index {
    by_logical_name: HashMap<String, usize>,
    by_property: HashMap<String, usize>,
}

impl std::ops::Deref for Table {
    type Target = TableParts;

    fn deref(&self) -> &TableParts {
        &self.parts
    }
}

impl Index {
    fn new(parts: &TableParts) -> Self {
        let columns = || parts.columns.iter().enumerate();
        Self {
            by_logical_name: columns()
                .map(|(index, column)| (column.logical_name.clone(), index))
                .collect(),
            by_property: columns()
                .filter_map(|(index, column)| Some((column.property()?, index)))
                .collect(),
        }
    }
}

impl Table {
    /// Indexes a table, or takes the index of the same table of an earlier schema when nothing in it changed.
    pub(super) fn new(parts: Arc<TableParts>, earlier: Option<&Self>) -> Self {
        let index = match earlier {
            Some(earlier) if Arc::ptr_eq(&earlier.parts, &parts) => earlier.index.clone(),
            _ => Arc::new(Index::new(&parts)),
        };
        Self {
            parts,
            index,
            navigations: HashMap::new(),
            many_to_one: Vec::new(),
            inherited: Vec::new(),
            one_to_many: Vec::new(),
            many_to_many: Vec::new(),
        }
    }

    /// Whether rows of the table are rows of a type: its own, or one that it descends from.
    pub fn is_a(&self, name: &str) -> bool {
        match name {
            "crmbaseentity" => true,
            "principal" => self.is_principal,
            "activitypointer" => self.is_activity,
            name => self.logical_name == name,
        }
    }

    /// Whether nothing in the table changed between two schemas.
    pub fn shares_parts_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.parts, &other.parts)
    }

    /// What it was made from, shared.
    pub(super) fn parts(&self) -> &Arc<TableParts> {
        &self.parts
    }

    pub(super) fn add_navigation(&mut self, name: &str, navigation: Navigation) {
        self.navigations.insert(name.to_owned(), navigation);
    }

    /// The column with this logical name.
    pub fn column(&self, logical_name: &str) -> Option<&Column> {
        self.parts
            .columns
            .get(*self.index.by_logical_name.get(logical_name)?)
    }

    /// The column behind a property of the data API (`name`, `_ownerid_value`). Case matters.
    pub fn property(&self, name: &str) -> Option<&Column> {
        self.parts.columns.get(*self.index.by_property.get(name)?)
    }

    /// Position in [`TableParts::columns`] of the column behind a property.
    pub fn property_index(&self, name: &str) -> Option<usize> {
        self.index.by_property.get(name).copied()
    }

    /// What a navigation property leads to. Case matters.
    pub fn navigation(&self, name: &str) -> Option<&Navigation> {
        self.navigations.get(name)
    }

    /// The names of all navigation properties, sorted.
    pub fn navigation_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.navigations.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// The relationships of this table's lookups.
    pub fn many_to_one(&self) -> &[Arc<OneToMany>] {
        &self.many_to_one
    }

    /// The relationships of lookups that point here.
    pub fn one_to_many(&self) -> &[Arc<OneToMany>] {
        &self.one_to_many
    }

    /// The many-to-many relationships this table takes part in.
    pub fn many_to_many(&self) -> &[Arc<ManyToMany>] {
        &self.many_to_many
    }

    /// The relationship of a lookup column towards one target table. For owners, the target may be given as
    /// `systemuser` or `team` although metadata names `owner`.
    pub fn lookup(&self, column: &str, target: &str) -> Option<&Arc<OneToMany>> {
        let mut candidates = self
            .many_to_one
            .iter()
            .chain(&self.inherited)
            .filter(|relationship| relationship.referencing_attribute == column);
        let is_owner = matches!(self.column(column)?.kind, ColumnKind::Owner { .. });
        candidates.find(|relationship| relationship.referenced == target || is_owner)
    }
}
