//! Whether changes of a table and of its columns are kept for audit: the switches in their definitions.
//!
//! Layer: schema, pure. The organisation's own switch is a column of its row.

use super::{Column, ColumnKind, Facts, TableParts};

/// The member of a definition that holds the switch.
const SWITCH: &str = "IsAuditEnabled";

/// Columns that the service fills with every change and does not audit unless somebody asks for it.
const HOUSEKEEPING: [&str; 11] = [
    "createdby",
    "createdon",
    "createdonbehalfby",
    "importsequencenumber",
    "modifiedby",
    "modifiedon",
    "modifiedonbehalfby",
    "overriddencreatedon",
    "timezoneruleversionnumber",
    "utcconversiontimezonecode",
    "versionnumber",
];

/// Whether changes of a table's rows are audited. No table begins so.
pub fn is_table_audited(table: &TableParts) -> bool {
    switch(&table.facts).unwrap_or_default()
}

/// Whether changes of a column are audited, where those of its table are.
pub fn is_column_audited(column: &Column) -> bool {
    switch(&column.facts).unwrap_or_else(|| begins_audited(column))
}

/// Whether a column's switch is on until somebody turns it.
pub fn begins_audited(column: &Column) -> bool {
    column.attribute_of.is_none()
        && !HOUSEKEEPING.contains(&column.logical_name.as_str())
        && !matches!(column.kind, ColumnKind::Virtual)
}

fn switch(facts: &Facts) -> Option<bool> {
    facts.settings.get(SWITCH)?.get("Value")?.as_bool()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard;
    use serde_json::json;

    #[test]
    fn tables_begin_unaudited_and_columns_audited_but_for_housekeeping() {
        let schema = standard().unwrap().build();
        let account = schema.table("account").unwrap();
        assert!(!is_table_audited(account));
        for (column, expected) in [
            ("name", true),
            ("primarycontactid", true),
            ("primarycontactidname", false),
            ("modifiedon", false),
            ("versionnumber", false),
        ] {
            let found = is_column_audited(account.column(column).unwrap());
            assert_eq!(found, expected, "{column}");
        }
    }

    #[test]
    fn the_switch_of_a_definition_counts() {
        let mut facts = Facts::default();
        assert_eq!(switch(&facts), None);
        let value = json!({ "Value": true, "CanBeChanged": true });
        facts.settings.insert(SWITCH.to_owned(), value);
        assert_eq!(switch(&facts), Some(true));
    }
}
