//! What a document says, before anything is made of it.
//!
//! Layer: schema import, data.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::schema::Markup;

/// A document.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// Entity types by name, in order.
    pub(super) types: IndexMap<String, EntityType>,
    /// Enumerations by name.
    pub(super) enums: HashMap<String, EnumType>,
    /// Entity sets by the name of their type.
    pub(super) sets: HashMap<String, EntitySet>,
    /// Whether the document has annotations about change tracking: then the sets without one are not tracked.
    pub(super) tells_tracking: bool,
    /// Types of every kind as they stand in the document.
    pub(super) markup: Vec<Markup>,
    /// Functions and actions.
    pub(super) operations: Vec<Markup>,
    /// What the entity container holds.
    pub(super) container: Vec<Markup>,
}

/// An entity type.
#[derive(Debug)]
pub(super) struct EntityType {
    pub(super) name: String,
    pub(super) base: Option<String>,
    pub(super) is_abstract: bool,
    pub(super) key: Vec<String>,
    pub(super) properties: Vec<Property>,
    /// Navigation properties by name, in order.
    pub(super) navigations: IndexMap<String, Navigation>,
    pub(super) alternate_keys: Vec<Vec<String>>,
    pub(super) description: String,
    pub(super) line: usize,
}

/// A property.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) name: String,
    /// `Edm.…`, or the local name of a type of the document.
    pub(super) kind: String,
    pub(super) max_length: Option<u32>,
    pub(super) scale: Option<u8>,
    pub(super) is_read_only: bool,
    pub(super) description: String,
}

/// A navigation property.
#[derive(Clone, Debug)]
pub(super) struct Navigation {
    pub(super) name: String,
    /// Local name of the type it leads to.
    pub(super) target: String,
    pub(super) is_collection: bool,
    pub(super) partner: Option<String>,
    /// The property that holds the key of what it leads to.
    pub(super) property: Option<String>,
}

/// An enumeration.
#[derive(Debug)]
pub(super) struct EnumType {
    pub(super) members: Vec<(String, i32)>,
}

/// An entity set.
#[derive(Debug)]
pub(super) struct EntitySet {
    pub(super) name: String,
    pub(super) is_tracked: bool,
}

/// Most types that may stand above one another; a longer chain goes in circles.
const MAX_ANCESTORS: usize = 16;

impl Document {
    /// A type and its base types, nearest first.
    pub(super) fn line_of_descent<'a>(&'a self, of: &'a EntityType) -> Vec<&'a EntityType> {
        let mut all = vec![of];
        let mut current = of;
        while let Some(base) = current.base.as_ref().and_then(|base| self.types.get(base))
            && all.len() < MAX_ANCESTORS
        {
            all.push(base);
            current = base;
        }
        all
    }

    /// Whether a type is, or descends from, the type of this name.
    pub(super) fn descends(&self, of: &EntityType, ancestor: &str) -> bool {
        let mut line = self.line_of_descent(of).into_iter();
        line.any(|one| one.name == ancestor)
    }

    /// All properties of a type, those of its base types last.
    pub(super) fn properties<'a>(&'a self, of: &'a EntityType) -> Vec<&'a Property> {
        let mut all: Vec<&Property> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for one in self.line_of_descent(of) {
            let new = one.properties.iter();
            all.extend(new.filter(|property| known.insert(property.name.as_str())));
        }
        all
    }
}
