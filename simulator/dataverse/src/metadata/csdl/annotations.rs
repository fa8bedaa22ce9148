//! Annotations: what a table or column is, what may be done with it, and by which keys rows can be found.

use super::Document;
use crate::schema::{Column, KeyStatus, Label, Table};

impl Document<'_> {
    /// What people read about a definition.
    pub(super) fn description(&mut self, label: &Label) -> std::fmt::Result {
        if !self.is_annotated || label.text().is_empty() {
            return Ok(());
        }
        self.xml
            .push_str("<Annotation Term=\"Org.OData.Core.V1.Description\"");
        self.attribute("String", label.text())?;
        self.xml.push_str(" />");
        Ok(())
    }

    /// Whether a column has anything to annotate.
    pub(super) fn is_column_annotated(&self, column: &Column) -> bool {
        self.is_annotated
            && (column.is_lookup() || is_read_only(column) || !describing(column).text().is_empty())
    }

    /// What can be told of a column.
    pub(super) fn column_annotations(&mut self, column: &Column) -> std::fmt::Result {
        self.description(describing(column))?;
        if column.is_lookup() {
            // Only the navigation property can be written.
            self.xml
                .push_str("<Annotation Term=\"Org.OData.Core.V1.Computed\" Bool=\"true\" />");
        }
        if is_read_only(column) {
            self.xml.push_str(concat!(
                "<Annotation Term=\"Org.OData.Core.V1.Permissions\">",
                "<EnumMember>Org.OData.Core.V1.Permission/Read</EnumMember></Annotation>",
            ));
        }
        Ok(())
    }

    /// Keys besides the primary one. They are told even to those who ask for no annotations.
    pub(super) fn alternate_keys(&mut self, table: &Table) -> std::fmt::Result {
        let active = |status| status == KeyStatus::Active;
        if !table.keys.iter().any(|key| active(key.status)) {
            return Ok(());
        }
        self.xml
            .push_str("<Annotation Term=\"OData.Community.Keys.V1.AlternateKeys\"><Collection>");
        for key in table.keys.iter().filter(|key| active(key.status)) {
            self.xml.push_str(concat!(
                "<Record Type=\"OData.Community.Keys.V1.AlternateKey\">",
                "<PropertyValue Property=\"Key\"><Collection>"
            ));
            for name in &key.columns {
                let property = table.column(name).and_then(Column::property);
                let property = property.as_deref().unwrap_or(name);
                self.xml.push_str(concat!(
                    "<Record Type=\"OData.Community.Keys.V1.PropertyRef\">",
                    "<PropertyValue Property=\"Alias\""
                ));
                self.attribute("String", property)?;
                self.xml.push_str(" /><PropertyValue Property=\"Name\"");
                self.attribute("PropertyPath", property)?;
                self.xml.push_str(" /></Record>");
            }
            self.xml.push_str("</Collection></PropertyValue></Record>");
        }
        self.xml.push_str("</Collection></Annotation>");
        Ok(())
    }

    /// What a table's set can do.
    pub(super) fn set_annotations(&mut self, table: &Table) {
        if self.is_annotated && table.change_tracking {
            self.xml.push_str(concat!(
                "<Annotation Term=\"Org.OData.Capabilities.V1.ChangeTracking\"><Record>",
                "<PropertyValue Property=\"Supported\" Bool=\"true\" /></Record></Annotation>",
            ));
        }
    }
}

/// The description, or the name where nobody described anything.
fn describing(column: &Column) -> &Label {
    if column.description.text().is_empty() {
        &column.display_name
    } else {
        &column.description
    }
}

fn is_read_only(column: &Column) -> bool {
    !column.is_lookup() && !column.valid_for_create && !column.valid_for_update
}
