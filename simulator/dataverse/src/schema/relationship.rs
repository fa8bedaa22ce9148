//! Relationships between tables and the navigation properties they give to either side.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Facts;

/// A one-to-many relationship: one lookup column of the referencing table pointing at one referenced table.
///
/// A polymorphic lookup has one relationship per target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneToMany {
    /// Schema name, unique in the organisation.
    pub schema_name: String,
    /// Logical name of the table pointed at ("one").
    pub referenced: String,
    /// The primary id of the referenced table.
    pub referenced_attribute: String,
    /// Logical name of the table that holds the lookup ("many").
    pub referencing: String,
    /// Logical name of the lookup column.
    pub referencing_attribute: String,
    /// Single-valued navigation property on the referencing table, used in `$expand` and `@odata.bind`.
    pub referencing_navigation: String,
    /// Collection-valued navigation property on the referenced table.
    pub referenced_navigation: String,
    /// What happens to referencing rows when something happens to the referenced one.
    pub cascade: Cascade,
    /// Whether the relationship forms a hierarchy that `Under` and its kin can walk.
    pub is_hierarchical: bool,
    /// Made by a person, not shipped.
    #[serde(default)]
    pub is_custom: bool,
    /// Identity, history and settings.
    #[serde(default)]
    pub facts: Facts,
}

/// `CascadeConfiguration` of a one-to-many relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cascade {
    /// On assigning the referenced row.
    pub assign: CascadeAction,
    /// On deleting the referenced row.
    pub delete: CascadeAction,
    /// On merging the referenced row.
    pub merge: CascadeAction,
    /// On changing the parent of the referenced row.
    pub reparent: CascadeAction,
    /// On sharing the referenced row.
    pub share: CascadeAction,
    /// On withdrawing a share.
    pub unshare: CascadeAction,
    /// Whether activities roll up to the referenced row.
    pub rollup_view: CascadeAction,
}

/// What a cascade does with the referencing rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CascadeAction {
    /// Nothing.
    NoCascade,
    /// The same to every referencing row.
    Cascade,
    /// The same to referencing rows that are active.
    Active,
    /// The same to referencing rows with the same owner.
    UserOwned,
    /// Clear the lookup.
    RemoveLink,
    /// Refuse while there are referencing rows.
    Restrict,
}

/// A many-to-many relationship through an intersect table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyToMany {
    /// Schema name, unique in the organisation.
    pub schema_name: String,
    /// Logical name of the intersect table.
    pub intersect: String,
    /// Entity set name of the intersect table.
    pub intersect_set: String,
    /// One side.
    pub first: ManyToManySide,
    /// The other side.
    pub second: ManyToManySide,
    /// Made by a person, not shipped.
    #[serde(default)]
    pub is_custom: bool,
    /// Identity, history and settings.
    #[serde(default)]
    pub facts: Facts,
}

/// One side of a many-to-many relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyToManySide {
    /// Logical name of the table.
    pub table: String,
    /// Column of the intersect table that holds this side's id.
    pub intersect_attribute: String,
    /// Navigation property on this side, leading to the other.
    pub navigation: String,
}

/// What a navigation property of a table leads to.
#[derive(Clone, Debug)]
pub enum Navigation {
    /// Single-valued: a lookup column of this table.
    ManyToOne(Arc<OneToMany>),
    /// Collection: the rows that point at this one.
    OneToMany(Arc<OneToMany>),
    /// Collection: linked rows; the first field says whether this table is the first side.
    ManyToMany {
        /// The relationship.
        relationship: Arc<ManyToMany>,
        /// Whether the table asked is [`ManyToMany::first`].
        from_first: bool,
    },
}
