//! The duplicate detection rules that a new organisation has, published: same name, same email address, same telephone.

use uuid::Uuid;

use super::SeedError;
use super::ids::named;
use super::writer::{Writer, lookup, text, whole};
use crate::rows::Cell;

/// Name, table, columns that all have to be the same.
const RULES: &[(&str, &str, &[&str])] = &[
    ("Accounts with the same account name", "account", &["name"]),
    (
        "Accounts with the same e-mail address",
        "account",
        &["emailaddress1"],
    ),
    (
        "Accounts with the same phone number",
        "account",
        &["telephone1"],
    ),
    (
        "Contacts with the same first name and last name",
        "contact",
        &["firstname", "lastname"],
    ),
    (
        "Contacts with the same e-mail address",
        "contact",
        &["emailaddress1"],
    ),
    (
        "Contacts with the same business phone number",
        "contact",
        &["telephone1"],
    ),
    (
        "Leads with the same first name and last name",
        "lead",
        &["firstname", "lastname"],
    ),
    (
        "Leads with the same e-mail address",
        "lead",
        &["emailaddress1"],
    ),
    (
        "Leads with the same business phone number",
        "lead",
        &["telephone1"],
    ),
];

/// `operatorcode` of an exact match.
const EXACT: i64 = 0;

/// Writes the rules and their conditions.
pub(super) fn write(writer: &Writer<'_>) -> Result<(), SeedError> {
    if !writer.has("duplicaterule") || !writer.has("duplicaterulecondition") {
        return Ok(());
    }
    let id = |name: &str| -> Uuid { named("duplicaterule", name) };
    writer.insert(
        "duplicaterule",
        &[
            "duplicateruleid",
            "name",
            "baseentityname",
            "matchingentityname",
            "statecode",
            "statuscode",
        ],
        RULES.iter().map(|(name, table, _)| {
            vec![
                Cell::Guid(id(name)),
                text(*name),
                text(*table),
                text(*table),
                whole(1),
                whole(2),
            ]
        }),
    )?;
    let conditions = RULES.iter().flat_map(|(name, _, columns)| {
        columns.iter().map(move |column| {
            vec![
                Cell::Guid(named("duplicaterulecondition", &format!("{name}/{column}"))),
                lookup("duplicaterule", id(name)),
                text(*column),
                text(*column),
                whole(EXACT),
                Cell::Bool(true),
            ]
        })
    });
    writer.insert(
        "duplicaterulecondition",
        &[
            "duplicateruleconditionid",
            "regardingobjectid",
            "baseattributename",
            "matchingattributename",
            "operatorcode",
            "ignoreblankvalues",
        ],
        conditions,
    )?;
    Ok(())
}
