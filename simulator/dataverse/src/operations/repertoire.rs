//! Everything that an organisation can do, by name: declarations and the code behind each.
//!
//! Layer: operations, above all of them.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::catalogue::Catalogue;
use super::operation::{Operation, Run};
use super::standard;

/// The operations of an organisation: the standard ones and those of its configuration.
pub struct Repertoire {
    catalogue: Arc<Catalogue>,
    runs: HashMap<String, Run>,
}

static STANDARD: LazyLock<Arc<Repertoire>> =
    LazyLock::new(|| Arc::new(Repertoire::of(standard::operations())));

impl Repertoire {
    /// What every organisation has.
    pub fn standard() -> Arc<Self> {
        STANDARD.clone()
    }

    /// The standard operations and more. One with the name of another replaces it.
    pub fn with(more: Vec<Operation>) -> Arc<Self> {
        let mut all = standard::operations();
        all.retain(|known| {
            !more
                .iter()
                .any(|new| new.declaration.name == known.declaration.name)
        });
        all.extend(more);
        Arc::new(Self::of(all))
    }

    fn of(operations: Vec<Operation>) -> Self {
        let runs = operations
            .iter()
            .map(|operation| {
                let name = operation.declaration.name.clone().into_owned();
                (name, operation.run.clone())
            })
            .collect();
        let declarations = operations
            .into_iter()
            .map(|operation| operation.declaration)
            .collect();
        Self {
            catalogue: Arc::new(Catalogue::of(declarations)),
            runs,
        }
    }

    /// What can be called.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.clone()
    }

    /// The code behind a name.
    pub(super) fn code(&self, name: &str) -> Option<&Run> {
        self.runs.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::{Binding, Returns, Tables, ValueType, complex_types, enum_types};
    use crate::schema::standard as schema;

    #[test]
    fn names_are_unique_and_every_type_is_declared() {
        let repertoire = Repertoire::standard();
        let catalogue = repertoire.catalogue();
        assert_eq!(catalogue.len(), catalogue.iter().count());
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
