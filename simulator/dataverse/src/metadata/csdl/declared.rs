//! What an organisation's own document describes besides tables, told again: types, operations and their imports.
//!
//! What the simulator has of its own counts; the document adds to it.

use std::collections::HashSet;

use super::Document;
use super::operations::{Described, described};
use super::types::own_types;
use crate::operations::{Beside, Binding, beside};
use crate::schema::{ALIAS, Declared, Markup, Place, place};

impl<'a> Document<'a> {
    fn declared(&self) -> &'a Declared {
        self.schema.declared()
    }

    /// The types of a document that the simulator has none of its own for.
    pub(super) fn declared_types(&mut self) -> std::fmt::Result {
        let schema = self.schema;
        let own: HashSet<String> = own_types(self.catalogue).collect();
        let is_new =
            |one: &&Markup| !own.contains(one.name()) && schema.table(one.name()).is_none();
        for one in self.declared().types.iter().filter(is_new) {
            self.markup(one)?;
        }
        Ok(())
    }

    /// What the document has in a type of the simulator's own, beyond these members.
    pub(super) fn declared_members(
        &mut self,
        element: &str,
        name: &str,
        own: &[&str],
    ) -> std::fmt::Result {
        let mut types = self.declared().types(element);
        let Some(found) = types.find(|one| one.name() == name) else {
            return Ok(());
        };
        let named = found.children.iter().filter(|one| !one.name().is_empty());
        for member in named.filter(|one| !own.contains(&one.name())) {
            self.markup(member)?;
        }
        Ok(())
    }

    /// The operations of a document that the simulator does not answer, and further overloads of those that it does.
    pub(super) fn declared_operations(&mut self) -> std::fmt::Result {
        for one in &self.declared().operations {
            let own = described(self.catalogue).find(|own| own.name == one.name());
            let is_another = own.is_none_or(|own| {
                matches!(
                    beside(self.schema, own.kind, own.binding, own.parameters, one),
                    Beside::Another
                )
            });
            if is_another {
                self.markup(one)?;
            }
        }
        Ok(())
    }

    /// What the document has an operation of the simulator's own take besides, called on this type or on nothing.
    pub(super) fn declared_parameters(
        &mut self,
        own: Described<'_>,
        on: Option<&str>,
    ) -> std::fmt::Result {
        let mut told = HashSet::new();
        for one in self.declared().overloads(own.name) {
            let is_here = match place(one) {
                Place::Service => on.is_none(),
                Place::Row(of) | Place::Set(of) => on == Some(of),
            };
            let beside = beside(self.schema, own.kind, own.binding, own.parameters, one);
            let Beside::Further(further) = beside else {
                continue;
            };
            for parameter in further {
                if is_here && told.insert(parameter.name()) {
                    self.markup(parameter)?;
                }
            }
        }
        Ok(())
    }

    /// The sets of definitions, and what calls those operations.
    pub(super) fn declared_container(&mut self) -> std::fmt::Result {
        let schema = self.schema;
        let own: HashSet<&str> = described(self.catalogue)
            .filter(|one| *one.binding == Binding::None)
            .map(|one| one.name)
            .collect();
        let is_own = |one: &Markup, attribute: &str| {
            let called = one.attribute(attribute).unwrap_or_default();
            called
                .strip_prefix(ALIAS)
                .is_some_and(|name| own.contains(name))
        };
        for one in &self.declared().container {
            let is_there = schema.table_by_set(one.name()).is_some() || own.contains(one.name());
            if !is_there && !is_own(one, "Function") && !is_own(one, "Action") {
                self.markup(one)?;
            }
        }
        Ok(())
    }

    /// An element with everything inside, but for annotations that nobody asked for.
    fn markup(&mut self, markup: &Markup) -> std::fmt::Result {
        self.xml.push('<');
        self.xml.push_str(&markup.element);
        for (name, value) in &markup.attributes {
            self.attribute(name, value)?;
        }
        let is_annotated = self.is_annotated;
        let mut inner = markup
            .children
            .iter()
            .filter(|child| is_annotated || child.element != "Annotation")
            .peekable();
        if inner.peek().is_none() && markup.text.is_empty() {
            self.xml.push_str(" />");
            return Ok(());
        }
        self.xml.push('>');
        self.xml.push_str(&quick_xml::escape::escape(&markup.text));
        for child in inner {
            self.markup(child)?;
        }
        self.xml.push_str("</");
        self.xml.push_str(&markup.element);
        self.xml.push('>');
        Ok(())
    }
}
