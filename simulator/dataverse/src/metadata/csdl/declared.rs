//! What an organisation's own document describes besides tables, told again: types, operations and their imports.
//!
//! What the simulator has of its own counts; the document adds to it.

use std::collections::HashSet;

use super::Document;
use super::operations::described;
use super::types::own_types;
use crate::schema::{ALIAS, Declared, Markup};

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

    /// The operations of a document that the simulator does not answer.
    pub(super) fn declared_operations(&mut self) -> std::fmt::Result {
        let own = self.own_operations();
        for one in &self.declared().operations {
            if !own.contains(one.name()) {
                self.markup(one)?;
            }
        }
        Ok(())
    }

    /// The sets of definitions, and what calls those operations.
    pub(super) fn declared_container(&mut self) -> std::fmt::Result {
        let schema = self.schema;
        let own = self.own_operations();
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

    fn own_operations(&self) -> HashSet<&'a str> {
        described(self.catalogue).map(|one| one.name).collect()
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
