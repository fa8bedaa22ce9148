//! What an organisation's own document describes besides tables: types and operations, in the document's words.
//!
//! Pure data. The simulator tells it again in `$metadata` and, for operations that it has no code for, refuses calls by
//! name. It is kept as markup, because nothing here depends on more of it than names and bindings.

use serde::{Deserialize, Serialize};

/// The prefix under which a document's own types are named, whatever it calls them itself.
pub const ALIAS: &str = "mscrm.";

/// An element of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markup {
    /// Name without prefix.
    pub element: String,
    /// Attributes in order. Types of the document's own are named with [`ALIAS`].
    pub attributes: Vec<(String, String)>,
    /// The elements directly inside.
    pub children: Vec<Markup>,
    /// Text directly inside.
    pub text: String,
}

impl Markup {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What the element is called in the document.
    pub fn name(&self) -> &str {
        self.attribute("Name").unwrap_or_default()
    }

    /// The elements of one name directly inside.
    pub fn all<'a>(&'a self, element: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children
            .iter()
            .filter(move |child| child.element == element)
    }
}

/// The type in `Collection(…)`, or the type itself.
pub fn element_type(name: &str) -> &str {
    let inner = name
        .strip_prefix("Collection(")
        .and_then(|inner| inner.strip_suffix(')'));
    inner.unwrap_or(name)
}

/// What an operation is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Nothing.
    Service,
    /// A row of this type.
    Row(&'a str),
    /// Rows of this type.
    Set(&'a str),
}

/// Types and operations of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Enumerations, complex types and the types of definitions.
    pub types: Vec<Markup>,
    /// Functions and actions.
    pub operations: Vec<Markup>,
    /// What the entity container has besides the sets of tables.
    pub container: Vec<Markup>,
}

impl Declared {
    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The overloads of an operation.
    pub fn overloads<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Markup> {
        self.operations.iter().filter(move |one| one.name() == name)
    }

    /// The types of one kind, such as `ComplexType`.
    pub fn types<'a>(&'a self, element: &'a str) -> impl Iterator<Item = &'a Markup> {
        self.types.iter().filter(move |one| one.element == element)
    }
}

/// What an operation is called on.
pub fn place(operation: &Markup) -> Place<'_> {
    if operation.attribute("IsBound") != Some("true") {
        return Place::Service;
    }
    let first = operation.all("Parameter").next();
    let kind = first
        .and_then(|first| first.attribute("Type"))
        .unwrap_or_default();
    let of = element_type(kind);
    let name = of.strip_prefix(ALIAS).unwrap_or(of);
    if of == kind {
        Place::Row(name)
    } else {
        Place::Set(name)
    }
}
