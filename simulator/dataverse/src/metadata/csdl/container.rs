//! The entity container: the sets of tables, and what can be called without being bound.

use std::fmt::Write;

use super::Document;
use super::entity::sides;
use super::operations::described;
use crate::operations::{Binding, Kind};
use crate::schema::Table;

impl Document<'_> {
    pub(super) fn container(&mut self) -> std::fmt::Result {
        self.xml.push_str("<EntityContainer Name=\"System\">");
        let tables = self.schema.tables().iter();
        for table in tables.filter(|table| !table.entity_set_name.is_empty()) {
            self.entity_set(table)?;
        }
        let catalogue = self.catalogue;
        for operation in described(catalogue).filter(|one| *one.binding == Binding::None) {
            let name = operation.name;
            let kind = match operation.kind {
                Kind::Function => "Function",
                Kind::Action => "Action",
            };
            write!(
                self.xml,
                "<{kind}Import Name=\"{name}\" {kind}=\"mscrm.{name}\" />"
            )?;
        }
        self.declared_container()?;
        self.xml.push_str("</EntityContainer>");
        Ok(())
    }

    fn entity_set(&mut self, table: &Table) -> std::fmt::Result {
        write!(
            self.xml,
            "<EntitySet Name=\"{}\" EntityType=\"mscrm.{}\">",
            table.entity_set_name, table.logical_name
        )?;
        for relationship in table.many_to_one() {
            self.bind(
                &relationship.referencing_navigation,
                &relationship.referenced,
            )?;
        }
        for relationship in table.one_to_many() {
            self.bind(
                &relationship.referenced_navigation,
                &relationship.referencing,
            )?;
        }
        for (own, other) in sides(table) {
            self.bind(&own.navigation, &other.table)?;
        }
        self.set_annotations(table);
        self.xml.push_str("</EntitySet>");
        Ok(())
    }

    fn bind(&mut self, path: &str, target: &str) -> std::fmt::Result {
        match self.schema.table(target) {
            Some(target)
                if !target.entity_set_name.is_empty() && target.logical_name != "owner" =>
            {
                write!(
                    self.xml,
                    "<NavigationPropertyBinding Path=\"{path}\" Target=\"{}\" />",
                    target.entity_set_name
                )
            }
            _ => Ok(()),
        }
    }
}
