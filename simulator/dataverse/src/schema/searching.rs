//! Which tables are searched, by which columns, and which columns a hit shows.
//!
//! Layer: schema, pure. The service takes the columns from each table's Quick Find view; these are the usual ones.

use super::{Column, Facts, TableParts};

/// The member of a table's definition that holds the switch.
const SWITCH: &str = "SyncToExternalSearchIndex";
/// The managed property that allows it.
const ALLOWED: &str = "CanEnableSyncToExternalSearchIndex";

/// Table, columns that are searched, columns that a hit shows besides.
type View = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

#[rustfmt::skip]
const VIEWS: &[View] = &[
    ("account",     &["name", "accountnumber", "emailaddress1", "telephone1", "telephone2", "address1_city", "primarycontactid"], &["industrycode"]),
    ("contact",     &["fullname", "firstname", "middlename", "lastname", "emailaddress1", "telephone1", "address1_city", "parentcustomerid"], &["jobtitle"]),
    ("lead",        &["fullname", "firstname", "lastname", "companyname", "subject", "emailaddress1"], &["telephone1"]),
    ("opportunity", &["name", "customerid", "description"], &["estimatedvalue", "estimatedclosedate"]),
    ("incident",    &["title", "ticketnumber", "customerid"], &["prioritycode"]),
    ("campaign",    &["name", "codename"], &[]),
    ("product",     &["name", "productnumber"], &[]),
    ("quote",       &["name", "quotenumber"], &[]),
    ("salesorder",  &["name", "ordernumber"], &[]),
    ("invoice",     &["name", "invoicenumber"], &[]),
    ("annotation",  &["subject", "notetext", "filename"], &[]),
    ("task",        &["subject", "description"], &["regardingobjectid", "scheduledend"]),
    ("email",       &["subject", "description"], &["regardingobjectid"]),
    ("phonecall",   &["subject", "description"], &["regardingobjectid"]),
    ("appointment", &["subject", "description", "location"], &["regardingobjectid"]),
    ("letter",      &["subject", "description"], &["regardingobjectid"]),
];

/// Columns that every hit shows.
const COMMON: [&str; 6] = [
    "ownerid",
    "createdon",
    "modifiedon",
    "statecode",
    "statuscode",
    "entityimage_url",
];

/// Whether a table is searched until somebody turns its switch.
pub fn begins_searched(table: &TableParts) -> bool {
    view(table).is_some()
}

/// Whether a table is searched: only what changes are tracked of can be.
pub fn is_searched(table: &TableParts) -> bool {
    let allowed = table.facts.settings.get(ALLOWED);
    let allowed = allowed.and_then(|property| property.get("Value")?.as_bool());
    table.change_tracking
        && allowed.unwrap_or(true)
        && switch(&table.facts).unwrap_or_else(|| begins_searched(table))
}

/// The columns that are searched, the primary name first.
pub fn found_by(table: &TableParts) -> Vec<&Column> {
    let more = view(table).map_or(&[][..], |(_, found, _)| found);
    let names = std::iter::once(table.primary_name.as_str()).chain(more.iter().copied());
    columns(table, names)
}

/// The columns that a hit shows, those that are searched first.
pub fn shown(table: &TableParts) -> Vec<&Column> {
    let more = view(table).map_or(&[][..], |(_, _, shown)| shown);
    let found = found_by(table);
    let names = found
        .iter()
        .map(|column| column.logical_name.as_str())
        .chain(more.iter().copied())
        .chain(COMMON);
    columns(table, names)
}

fn view(table: &TableParts) -> Option<&'static View> {
    VIEWS.iter().find(|(name, ..)| *name == table.logical_name)
}

fn switch(facts: &Facts) -> Option<bool> {
    facts.settings.get(SWITCH)?.as_bool()
}

/// The columns with these names that the table has and shows, each once.
fn columns<'a, 'n>(table: &'a TableParts, names: impl Iterator<Item = &'n str>) -> Vec<&'a Column> {
    let mut found: Vec<&Column> = Vec::new();
    for name in names {
        let mut columns = table.columns.iter();
        let column = columns.find(|column| column.logical_name == name);
        let new = column.filter(|column| {
            column.property().is_some() && !found.iter().any(|known| known.logical_name == name)
        });
        found.extend(new);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard;

    #[test]
    fn usual_tables_are_searched_by_columns_that_they_have() {
        let schema = standard().unwrap().build();
        for (name, found, more) in VIEWS {
            let table = schema.table(name).unwrap_or_else(|| panic!("{name}"));
            assert!(is_searched(table), "{name}");
            for column in found.iter().chain(*more) {
                assert!(table.column(column).is_some(), "{name}.{column}");
            }
        }
        let user = schema.table("systemuser").unwrap();
        assert!(!is_searched(user));
        let names: Vec<_> = found_by(user)
            .iter()
            .map(|column| column.logical_name.as_str())
            .collect();
        assert_eq!(names, ["fullname"]);
    }

    #[test]
    fn a_table_without_change_tracking_is_not_searched() {
        let mut parts = standard().unwrap();
        let account = parts.table_mut("account").unwrap();
        assert!(is_searched(account));
        account.change_tracking = false;
        assert!(!is_searched(account));
    }
}
