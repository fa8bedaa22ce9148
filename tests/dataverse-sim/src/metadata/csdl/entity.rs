//! Tables as entity types: what they descend from, their key, properties and navigation.

use std::fmt::Write;

use super::Document;
use crate::schema::{Column, ManyToManySide, OneToMany, Schema, Table};

/// What activities descend from.
const ACTIVITY: &str = "activitypointer";

impl Document<'_> {
    pub(super) fn entity_type(&mut self, table: &Table) -> std::fmt::Result {
        let activity = inherited(self.schema, table);
        let base = match activity {
            Some(_) => ACTIVITY,
            None if table.is_principal => "principal",
            None => "crmbaseentity",
        };
        write!(
            self.xml,
            "<EntityType Name=\"{}\" BaseType=\"mscrm.{base}\">",
            table.logical_name
        )?;
        if base == "crmbaseentity" {
            write!(
                self.xml,
                "<Key><PropertyRef Name=\"{}\" /></Key>",
                table.primary_id
            )?;
        }
        for column in &table.columns {
            let is_inherited = match activity {
                Some(activity) => activity
                    .column(&column.logical_name)
                    .is_some_and(|inherited| inherited.property().is_some()),
                None => table.is_principal && column.logical_name == "ownerid",
            };
            if !is_inherited {
                self.property(column)?;
            }
        }
        for relationship in table.many_to_one() {
            self.many_to_one(relationship)?;
        }
        for relationship in table.one_to_many() {
            if let Some(referencing) = self.schema.table(&relationship.referencing) {
                self.collection(
                    &relationship.referenced_navigation,
                    &referencing.logical_name,
                    &relationship.referencing_navigation,
                )?;
            }
        }
        for relationship in table.many_to_many() {
            let (own, other) = sides(table, &relationship.first, &relationship.second);
            self.collection(&own.navigation, &other.table, &other.navigation)?;
        }
        self.alternate_keys(table)?;
        self.description(&table.description)?;
        self.xml.push_str("</EntityType>");
        Ok(())
    }

    fn property(&mut self, column: &Column) -> std::fmt::Result {
        let Some(name) = column.property() else {
            return Ok(());
        };
        let kind = column.edm_type();
        write!(self.xml, "<Property Name=\"{name}\" Type=\"{kind}\"")?;
        match kind {
            "Edm.Decimal" => self.xml.push_str(" Scale=\"Variable\""),
            "Edm.String" => self.xml.push_str(" Unicode=\"false\""),
            _ => {}
        }
        if self.is_column_annotated(column) {
            self.xml.push('>');
            self.column_annotations(column)?;
            self.xml.push_str("</Property>");
        } else {
            self.xml.push_str(" />");
        }
        Ok(())
    }

    fn many_to_one(&mut self, relationship: &OneToMany) -> std::fmt::Result {
        let OneToMany {
            referencing_navigation,
            referencing_attribute,
            referenced_navigation,
            ..
        } = relationship;
        let Some(referenced) = self.schema.table(&relationship.referenced) else {
            return Ok(());
        };
        // Lookups towards any owner are typed by what users and teams have in common.
        let (kind, key) = match referenced.logical_name.as_str() {
            "owner" => ("principal", "ownerid"),
            _ if referenced.is_principal => (referenced.logical_name.as_str(), "ownerid"),
            name => (name, relationship.referenced_attribute.as_str()),
        };
        write!(
            self.xml,
            "<NavigationProperty Name=\"{referencing_navigation}\" Type=\"mscrm.{kind}\" Nullable=\"true\""
        )?;
        if kind != "principal" {
            write!(self.xml, " Partner=\"{referenced_navigation}\"")?;
        }
        write!(
            self.xml,
            "><ReferentialConstraint Property=\"_{referencing_attribute}_value\" \
             ReferencedProperty=\"{key}\" /></NavigationProperty>"
        )
    }

    fn collection(&mut self, name: &str, target: &str, partner: &str) -> std::fmt::Result {
        write!(
            self.xml,
            "<NavigationProperty Name=\"{name}\" Type=\"Collection(mscrm.{target})\" Partner=\"{partner}\" />"
        )
    }
}

/// The sides of a many-to-many relationship, that of a table first.
pub(super) fn sides<'a>(
    table: &Table,
    first: &'a ManyToManySide,
    second: &'a ManyToManySide,
) -> (&'a ManyToManySide, &'a ManyToManySide) {
    if first.table == table.logical_name {
        (first, second)
    } else {
        (second, first)
    }
}

/// The type that an activity takes its common properties from. Only one that has them all descends from it.
fn inherited<'a>(schema: &'a Schema, table: &Table) -> Option<&'a Table> {
    let activity = schema.table(ACTIVITY)?;
    let fits = |inherited: &Column| {
        let own = table.column(&inherited.logical_name);
        inherited.property().is_none()
            || own.is_some_and(|own| {
                own.property() == inherited.property() && own.edm_type() == inherited.edm_type()
            })
    };
    let descends = table.is_activity && table.logical_name != ACTIVITY;
    (descends && activity.columns.iter().all(fits)).then_some(activity)
}
