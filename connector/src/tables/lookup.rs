//! How rows point at each other, and under which navigation property.

use serde::Deserialize;

/// What is read of the relationships in which a table's rows point at others.
pub(super) const MANY_TO_ONE: &str =
    "SchemaName,ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName";
/// What is read of those in which others point at the table's rows.
pub(super) const ONE_TO_MANY: &str =
    "SchemaName,ReferencingEntity,ReferencedEntityNavigationPropertyName";
/// What is read of those between many and many.
pub(super) const MANY_TO_MANY: &str = "SchemaName,Entity1LogicalName,Entity1NavigationPropertyName,Entity2LogicalName,Entity2NavigationPropertyName";

/// One table that a lookup column may point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The lookup column.
    pub column: String,
    /// Logical name of the table pointed at.
    pub target: String,
    /// Navigation property to expand or bind by, in its own case.
    pub navigation: String,
    /// Schema name of the relationship, where metadata tells it.
    pub relationship: Option<String>,
}

/// All lookups of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookups(Vec<Lookup>);

impl Lookups {
    /// These lookups.
    #[must_use]
    pub fn new(lookups: Vec<Lookup>) -> Self {
        Self(lookups)
    }

    /// The targets of one column.
    pub fn of<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a Lookup> {
        self.0
            .iter()
            .filter(move |lookup| lookup.column.eq_ignore_ascii_case(column))
    }

    /// The lookup behind a navigation property; its exact case wins over any other.
    #[must_use]
    pub fn by_navigation(&self, name: &str) -> Option<&Lookup> {
        let exact = self.0.iter().find(|lookup| lookup.navigation == name);
        exact.or_else(|| {
            self.0
                .iter()
                .find(|lookup| lookup.navigation.eq_ignore_ascii_case(name))
        })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Lookup> {
        self.0.iter()
    }
}

/// A property that leads from a row to many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Navigation property, in its own case.
    pub navigation: String,
    /// Logical name of the table it leads to.
    pub target: String,
    /// Whether both sides are many.
    pub many_to_many: bool,
    /// Schema name of the relationship, where metadata tells it.
    pub relationship: Option<String>,
}

/// All properties of one table that lead to many rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collections(Vec<Collection>);

impl Collections {
    /// These collections.
    #[must_use]
    pub fn new(collections: Vec<Collection>) -> Self {
        Self(collections)
    }

    /// The collection behind a navigation property; its exact case wins over any other.
    #[must_use]
    pub fn by_navigation(&self, name: &str) -> Option<&Collection> {
        let exact = self.0.iter().find(|one| one.navigation == name);
        exact.or_else(|| {
            self.0
                .iter()
                .find(|one| one.navigation.eq_ignore_ascii_case(name))
        })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Collection> {
        self.0.iter()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ManyToOne {
    schema_name: Option<String>,
    referencing_attribute: Option<String>,
    referenced_entity: Option<String>,
    referencing_entity_navigation_property_name: Option<String>,
}

impl ManyToOne {
    pub(super) fn into_lookup(self) -> Option<Lookup> {
        Some(Lookup {
            column: self.referencing_attribute?,
            target: self.referenced_entity?,
            navigation: self
                .referencing_entity_navigation_property_name
                .filter(|name| !name.is_empty())?,
            relationship: self.schema_name,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneToMany {
    schema_name: Option<String>,
    referencing_entity: Option<String>,
    referenced_entity_navigation_property_name: Option<String>,
}

impl OneToMany {
    pub(super) fn into_collection(self) -> Option<Collection> {
        Some(Collection {
            navigation: self
                .referenced_entity_navigation_property_name
                .filter(|name| !name.is_empty())?,
            target: self.referencing_entity?,
            many_to_many: false,
            relationship: self.schema_name,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ManyToMany {
    schema_name: Option<String>,
    entity1_logical_name: Option<String>,
    entity1_navigation_property_name: Option<String>,
    entity2_logical_name: Option<String>,
    entity2_navigation_property_name: Option<String>,
}

impl ManyToMany {
    /// The sides that start at `table`: two when a table is joined with itself.
    pub(super) fn into_collections(self, table: &str) -> Vec<Collection> {
        let side = |from: &Option<String>, to: &Option<String>, navigation: &Option<String>| {
            Some(Collection {
                navigation: navigation.clone().filter(|name| !name.is_empty())?,
                target: to.clone()?,
                many_to_many: true,
                relationship: self.schema_name.clone(),
            })
            .filter(|_| from.as_deref() == Some(table))
        };
        let first = side(
            &self.entity1_logical_name,
            &self.entity2_logical_name,
            &self.entity1_navigation_property_name,
        );
        let second = side(
            &self.entity2_logical_name,
            &self.entity1_logical_name,
            &self.entity2_navigation_property_name,
        );
        first.into_iter().chain(second).collect()
    }
}
