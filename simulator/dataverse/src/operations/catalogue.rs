//! What an organisation offers to be called, by name: data that `$metadata`, messages and refusals are made of.
//!
//! Layer: operations, pure. The code behind it is in the [`repertoire`](super::repertoire).

use std::collections::HashMap;

use super::declaration::{Binding, Declaration};

/// The declarations of an organisation's operations: the standard ones and those of its configuration.
#[derive(Clone, Debug)]
pub struct Catalogue {
    list: Vec<Declaration>,
    by_name: HashMap<String, usize>,
}

impl Catalogue {
    pub(super) fn of(list: Vec<Declaration>) -> Self {
        let by_name = list
            .iter()
            .enumerate()
            .map(|(index, operation)| (operation.name.clone().into_owned(), index))
            .collect();
        Self { list, by_name }
    }

    /// How many names there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// The declaration of the operation with this name. Case matters.
    pub fn find(&self, name: &str) -> Option<&Declaration> {
        self.list.get(*self.by_name.get(name)?)
    }

    /// Whether a name means an operation that must be bound.
    pub fn is_bound(&self, name: &str) -> bool {
        self.find(name)
            .is_some_and(|operation| operation.binding != Binding::None)
    }

    /// All operations, in the order in which they were declared.
    pub fn iter(&self) -> impl Iterator<Item = &Declaration> {
        self.list.iter()
    }
}
