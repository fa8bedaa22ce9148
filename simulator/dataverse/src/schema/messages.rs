//! Which messages a table supports: what `sdkmessagefilters` lists, and what a write is refused for.
//!
//! Layer: schema, pure. Messages are those that Microsoft's table reference lists under each table.

use super::{ColumnKind, Ownership, TableParts};

/// Who takes part in an activity: written with the activity alone.
pub const PARTY: &str = "activityparty";

/// Tables whose rows the service makes itself.
const READ_ONLY: [&str; 12] = [
    "audit",
    "customapi",
    "customapirequestparameter",
    "customapiresponseproperty",
    "dependency",
    "entity",
    "fileattachment",
    "privilege",
    "roletemplate",
    "sdkmessage",
    "sdkmessagefilter",
    "solutioncomponent",
];
/// Tables whose rows are changed and neither made nor deleted.
const CHANGED_ONLY: [&str; 2] = ["backgroundoperation", "organization"];

const READ: [&str; 2] = ["Retrieve", "RetrieveMultiple"];
const WRITE: [&str; 9] = [
    "Create",
    "CreateMultiple",
    "Update",
    "UpdateMultiple",
    "Upsert",
    "UpsertMultiple",
    "Delete",
    "Associate",
    "Disassociate",
];
const SHARE: [&str; 6] = [
    "Assign",
    "GrantAccess",
    "ModifyAccess",
    "RevokeAccess",
    "RetrievePrincipalAccess",
    "RetrieveSharedPrincipalsAndAccess",
];

/// The messages that a table supports besides those of operations bound to it.
pub fn messages(table: &TableParts) -> Vec<&'static str> {
    let name = table.logical_name.as_str();
    if name == PARTY {
        return vec!["RetrieveMultiple"];
    }
    let mut all = READ.to_vec();
    if table.is_intersect || READ_ONLY.contains(&name) {
        return all;
    }
    if CHANGED_ONLY.contains(&name) {
        all.push("Update");
        return all;
    }
    all.extend(WRITE);
    if table.is_elastic {
        all.push("DeleteMultiple");
    }
    if table.ownership == Ownership::User {
        all.extend(SHARE);
    }
    let has_states = |column: &super::Column| matches!(column.kind, ColumnKind::State { .. });
    if table.columns.iter().any(has_states) {
        all.push("SetState");
    }
    all
}

/// Whether a table supports a message.
pub fn supports(table: &TableParts, message: &str) -> bool {
    messages(table).contains(&message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard;

    #[test]
    fn tables_support_what_their_rows_allow() {
        let schema = standard().unwrap().build();
        let cases = [
            ("account", "CreateMultiple", true),
            ("account", "Assign", true),
            ("account", "DeleteMultiple", false),
            ("flowrun", "DeleteMultiple", true),
            ("transactioncurrency", "Assign", false),
            ("transactioncurrency", "SetState", true),
            ("systemuserroles", "Create", false),
            ("activityparty", "Create", false),
            ("activityparty", "RetrieveMultiple", true),
            ("privilege", "Create", false),
            ("organization", "Update", true),
            ("organization", "Delete", false),
        ];
        for (table, message, expected) in cases {
            let found = supports(schema.table(table).unwrap(), message);
            assert_eq!(found, expected, "{message} of {table}");
        }
    }
}
