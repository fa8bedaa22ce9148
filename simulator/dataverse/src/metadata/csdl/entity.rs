//! Tables as entity types: what they descend from, their key, properties and navigation.

use std::fmt::Write;

use super::Document;
use crate::schema::{Column, ManyToManySide, OneToMany, Schema, Table};

/// What activities descend from.
const ACTIVITY: &str = "activitypointer";
/// What users and teams are to the rows that they own.
const OWNER: &str = "owner";

impl Document<'_> {
    pub(super) fn entity_type(&mut self, table: &Table) -> std::fmt::Result {
        let activity = inherited(self.schema, table);
        let base = match activity {
            Some(_) => ACTIVITY,
            None if table.is_principal || table.logical_name == OWNER => "principal",
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
                None => base == "principal" && column.logical_name == "ownerid",
            };
            if !is_inherited {
                self.property(column)?;
            }
        }
        for relationship in table.many_to_one() {
            let name = &relationship.referencing_navigation;
            if activity.is_none_or(|activity| activity.navigation(name).is_none()) {
                self.many_to_one(table, relationship)?;
            }
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
        for (own, other) in sides(table) {
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

    fn many_to_one(&mut self, table: &Table, relationship: &OneToMany) -> std::fmt::Result {
        let OneToMany {
            referencing_navigation,
            referencing_attribute,
            referenced_navigation,
            ..
        } = relationship;
        let column = table.column(referencing_attribute);
        let Some(property) = column.and_then(Column::property) else {
            return Ok(());
        };
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
            "><ReferentialConstraint Property=\"{property}\" \
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

/// The sides of a table's many-to-many relationships, its own first. One between its own rows has both sides here.
pub(super) fn sides(table: &Table) -> impl Iterator<Item = (&ManyToManySide, &ManyToManySide)> {
    table.many_to_many().iter().flat_map(|relationship| {
        let (first, second) = (&relationship.first, &relationship.second);
        let is_own = |side: &ManyToManySide| side.table == table.logical_name;
        let is_same = is_own(first) && first.navigation == second.navigation;
        let back = (!is_same).then_some((second, first));
        let both = [(first, second)].into_iter().chain(back);
        both.filter(move |(own, _)| is_own(own))
    })
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
