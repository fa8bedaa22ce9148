//! All operations of an organisation, by name.
//!
//! Layer: operations.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::declaration::{Binding, Operation};
use super::standard;

/// The operations of an organisation: the standard ones and those of its configuration.
#[derive(Clone, Debug)]
pub struct Catalogue {
    list: Vec<Arc<Operation>>,
    by_name: HashMap<String, usize>,
}

static STANDARD: LazyLock<Arc<Catalogue>> =
    LazyLock::new(|| Arc::new(Catalogue::of(standard::operations())));

impl Catalogue {
    /// What every organisation has.
    pub fn standard() -> Arc<Self> {
        STANDARD.clone()
    }

    /// The standard operations and more. One with the name of another replaces it.
    pub fn with(more: Vec<Operation>) -> Arc<Self> {
        let mut all = standard::operations();
        all.retain(|known| !more.iter().any(|new| new.name == known.name));
        all.extend(more);
        Arc::new(Self::of(all))
    }

    fn of(operations: Vec<Operation>) -> Self {
        let list: Vec<_> = operations.into_iter().map(Arc::new).collect();
        let by_name = list
            .iter()
            .enumerate()
            .map(|(index, operation)| (operation.name.clone().into_owned(), index))
            .collect();
        Self { list, by_name }
    }

    /// The operation with this name. Case matters.
    pub fn find(&self, name: &str) -> Option<&Operation> {
        self.list
            .get(*self.by_name.get(name)?)
            .map(|operation| &**operation)
    }

    /// Whether a name means an operation that must be bound.
    pub fn is_bound(&self, name: &str) -> bool {
        self.find(name)
            .is_some_and(|operation| operation.binding != Binding::None)
    }

    /// All operations, in the order in which they were declared.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.list.iter().map(|operation| &**operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::{Returns, Tables, ValueType, complex_types, enum_types};
    use crate::schema::standard as schema;

    #[test]
    fn names_are_unique_and_every_type_is_declared() {
        let catalogue = Catalogue::standard();
        assert_eq!(catalogue.by_name.len(), catalogue.list.len());
        let schema = schema().unwrap().build();
        let complex: Vec<_> = complex_types();
        let known = |of: &ValueType| match of {
            ValueType::Enum(name) => enum_types().iter().any(|known| known.name == name),
            ValueType::Complex(name) => complex.iter().any(|known| known.name == name),
            ValueType::Entity(name) => {
                matches!(&**name, "crmbaseentity" | "principal" | "activitypointer")
                    || schema.table(name).is_some()
            }
            _ => true,
        };
        let mut types: Vec<(String, ValueType)> = Vec::new();
        for operation in catalogue.iter() {
            let name = operation.name.to_string();
            let mut add = |of: &ValueType| types.push((name.clone(), of.clone()));
            operation
                .parameters
                .iter()
                .for_each(|parameter| add(&parameter.of));
            match &operation.returns {
                Returns::Members(members) => members.iter().for_each(|member| add(&member.of)),
                Returns::One(of) | Returns::Many(of) => add(of),
                Returns::Nothing => {}
            }
            if let Binding::Row(Tables::Named(names)) | Binding::Collection(Tables::Named(names)) =
                &operation.binding
            {
                names
                    .iter()
                    .for_each(|table| add(&ValueType::Entity(table.clone())));
            }
        }
        for complex in &complex {
            types.extend(
                complex
                    .members
                    .iter()
                    .map(|member| (complex.name.to_owned(), member.of.clone())),
            );
        }
        for (name, of) in types {
            assert!(known(&of), "{name}: {of:?}");
        }
    }
}
