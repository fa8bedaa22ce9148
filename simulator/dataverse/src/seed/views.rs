//! The views that a new organisation has, as rows of `savedquery`: for each table the active rows, the caller's own, and
//! what a sales application ships besides.

use super::SeedError;
use super::ids::named;
use super::writer::{Writer, lookup, text, whole};
use crate::organisation::Identity;
use crate::rows::Cell;

/// Table, name, whether it is the table's default, columns, conditions, sort column.
type View = (
    &'static str,
    &'static str,
    bool,
    &'static [&'static str],
    &'static [Condition],
    &'static str,
);

/// Column, operator, value; no value where the operator takes none.
type Condition = (&'static str, &'static str, Option<&'static str>);

const ACTIVE: Condition = ("statecode", "eq", Some("0"));
const INACTIVE: Condition = ("statecode", "eq", Some("1"));
const MINE: Condition = ("ownerid", "eq-userid", None);

const ACCOUNT: &[&str] = &[
    "name",
    "accountid",
    "telephone1",
    "address1_city",
    "primarycontactid",
];
const CONTACT: &[&str] = &[
    "fullname",
    "contactid",
    "parentcustomerid",
    "telephone1",
    "emailaddress1",
];
const LEAD: &[&str] = &["fullname", "leadid", "subject", "statuscode", "createdon"];
const OPPORTUNITY: &[&str] = &[
    "name",
    "opportunityid",
    "customerid",
    "estimatedvalue",
    "estimatedclosedate",
    "statuscode",
];
const TASK: &[&str] = &[
    "subject",
    "activityid",
    "regardingobjectid",
    "prioritycode",
    "scheduledend",
];
const USER: &[&str] = &["fullname", "systemuserid", "businessunitid", "domainname"];

#[rustfmt::skip]
const VIEWS: &[View] = &[
    ("account",     "Active Accounts",        false, ACCOUNT,     &[ACTIVE],        "name"),
    ("account",     "My Active Accounts",     true,  ACCOUNT,     &[ACTIVE, MINE],  "name"),
    ("account",     "Inactive Accounts",      false, ACCOUNT,     &[INACTIVE],      "name"),
    ("account",     "All Accounts",           false, ACCOUNT,     &[],              "name"),
    ("contact",     "Active Contacts",        false, CONTACT,     &[ACTIVE],        "fullname"),
    ("contact",     "My Active Contacts",     true,  CONTACT,     &[ACTIVE, MINE],  "fullname"),
    ("contact",     "Inactive Contacts",      false, CONTACT,     &[INACTIVE],      "fullname"),
    ("lead",        "Open Leads",             false, LEAD,        &[ACTIVE],        "createdon"),
    ("lead",        "My Open Leads",          true,  LEAD,        &[ACTIVE, MINE],  "createdon"),
    ("lead",        "All Leads",              false, LEAD,        &[],              "createdon"),
    ("opportunity", "Open Opportunities",     false, OPPORTUNITY, &[ACTIVE],        "estimatedclosedate"),
    ("opportunity", "My Open Opportunities",  true,  OPPORTUNITY, &[ACTIVE, MINE],  "estimatedclosedate"),
    ("opportunity", "Won Opportunities",      false, OPPORTUNITY, &[INACTIVE],      "estimatedclosedate"),
    ("task",        "All Tasks",              false, TASK,        &[],              "scheduledend"),
    ("task",        "My Tasks",               true,  TASK,        &[ACTIVE, MINE],  "scheduledend"),
    ("systemuser",  "Enabled Users",          true,  USER,        &[("isdisabled", "eq", Some("0"))], "fullname"),
    ("systemuser",  "Disabled Users",         false, USER,        &[("isdisabled", "eq", Some("1"))], "fullname"),
];

/// Writes the views of the tables that the organisation has.
pub(super) fn write(writer: &Writer<'_>, identity: &Identity) -> Result<u64, SeedError> {
    let columns = [
        "savedqueryid",
        "name",
        "returnedtypecode",
        "fetchxml",
        "layoutxml",
        "querytype",
        "isdefault",
        "organizationid",
    ];
    if !writer.has("savedquery") {
        return Ok(0);
    }
    let rows = VIEWS.iter().filter(|(table, ..)| writer.has(table)).map(
        |(table, name, is_default, shown, conditions, order)| {
            vec![
                Cell::Guid(named("savedquery", name)),
                text(*name),
                text(*table),
                text(fetch(table, shown, conditions, order)),
                text(layout(table, shown)),
                whole(0),
                Cell::Bool(*is_default),
                lookup("organization", identity.organization_id),
            ]
        },
    );
    Ok(writer.insert("savedquery", &columns, rows)?)
}

fn fetch(table: &str, columns: &[&str], conditions: &[Condition], order: &str) -> String {
    let columns: String = columns
        .iter()
        .map(|column| format!("<attribute name=\"{column}\" />"))
        .collect();
    let conditions: String = conditions
        .iter()
        .map(|(column, operator, value)| {
            let value = value.map_or(String::new(), |value| format!(" value=\"{value}\""));
            format!("<condition attribute=\"{column}\" operator=\"{operator}\"{value} />")
        })
        .collect();
    let filter = if conditions.is_empty() {
        String::new()
    } else {
        format!("<filter type=\"and\">{conditions}</filter>")
    };
    format!(
        "<fetch version=\"1.0\" mapping=\"logical\"><entity name=\"{table}\">{columns}<order attribute=\"{order}\" \
         descending=\"false\" />{filter}</entity></fetch>"
    )
}

fn layout(table: &str, columns: &[&str]) -> String {
    let shown = columns.iter().filter(|column| !column.ends_with("id"));
    let cells: String = shown
        .map(|column| format!("<cell name=\"{column}\" width=\"150\" />"))
        .collect();
    let first = columns.first().copied().unwrap_or_default();
    format!(
        "<grid name=\"resultset\" jump=\"{first}\" select=\"1\" preview=\"1\" icon=\"1\"><row name=\"result\" \
         id=\"{table}id\">{cells}</row></grid>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_is_a_query() {
        for (table, name, _, columns, conditions, order) in VIEWS {
            let text = fetch(table, columns, conditions, order);
            let read = crate::fetchxml::parse::fetch(&text);
            assert!(read.is_ok(), "{name}: {read:?}");
        }
    }
}
