//! Rows that follow from the tables: messages and which table supports them, privileges and the roles that get them first.
//!
//! Layer: seed. Written when an organisation starts and again whenever its tables change, so that a table made at run time
//! has all of it at once and one that is gone leaves nothing.

use time::OffsetDateTime;
use uuid::Uuid;

use super::base::{SYSTEM_USER, root_business_unit, user};
use super::ids::named;
use super::keep::keep;
use super::names::SYSTEM_SOLUTION;
use super::writer::{Writer, lookup, text, whole};
use super::{custom_apis, roles, tables};
use crate::operations::{Binding, Catalogue, Tables};
use crate::organisation::Caller;
use crate::rows::{Cell, RowStore, StoreError};
use crate::schema::{Schema, messages::messages};
use crate::security::{Privilege, first_depth, privileges};

/// `primaryobjecttypecode` of a message that is about no table.
const NO_TABLE: &str = "none";

/// Brings these rows in line with the tables and the operations.
///
/// # Errors
/// When the store fails.
pub fn follow(
    rows: &RowStore,
    schema: &Schema,
    operations: &Catalogue,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let caller = Caller {
        user_id: user(SYSTEM_USER),
        business_unit_id: root_business_unit(),
        on_behalf_of: None,
    };
    let writer = Writer::new(rows, schema, caller, now);
    // An organisation made from somebody's own definitions may lack some of the tables.
    if writer.has("sdkmessage") && writer.has("sdkmessagefilter") {
        let supported = supported(schema, operations);
        message_rows(&writer, rows, &supported)?;
        filter_rows(&writer, rows, &supported)?;
    }
    if writer.has("privilege") {
        privilege_rows(&writer, rows, schema)?;
    }
    if writer.has("entity") {
        tables::follow(&writer, rows, schema)?;
    }
    if writer.has("customapi") {
        custom_apis::follow(&writer, rows, operations)?;
    }
    Ok(())
}

/// Every message with the tables that support it, in the order of the tables.
type Supported<'a> = Vec<(&'a str, &'a str)>;

fn supported<'a>(schema: &'a Schema, operations: &'a Catalogue) -> Supported<'a> {
    let mut all = Vec::new();
    for table in schema.tables() {
        let own = messages(table).into_iter();
        all.extend(own.map(|message| (message, table.logical_name.as_str())));
    }
    for operation in operations.iter() {
        match &operation.binding {
            Binding::None => all.push((&*operation.name, NO_TABLE)),
            Binding::Row(Tables::Named(tables)) | Binding::Collection(Tables::Named(tables)) => {
                let tables = tables.iter().filter(|table| schema.table(table).is_some());
                all.extend(tables.map(|table| (&*operation.name, &**table)));
            }
            // Those that every table has are among the messages of each.
            Binding::Row(Tables::All) | Binding::Collection(Tables::All) => {}
        }
    }
    all
}

fn message_rows(
    writer: &Writer<'_>,
    rows: &RowStore,
    supported: &Supported<'_>,
) -> Result<(), StoreError> {
    let wanted = supported
        .iter()
        .map(|(message, _)| (named("sdkmessage", message), *message));
    let new = keep(rows, "sdkmessage", "sdkmessageid", wanted.collect())?;
    let cells = new.into_iter().map(|(id, message)| {
        vec![
            Cell::Guid(id),
            text(message),
            Cell::Bool(message.starts_with("Retrieve")),
            whole(0),
            Cell::Bool(true),
            Cell::Guid(SYSTEM_SOLUTION),
        ]
    });
    let columns = [
        "sdkmessageid",
        "name",
        "isreadonly",
        "customizationlevel",
        "ismanaged",
        "solutionid",
    ];
    writer.insert("sdkmessage", &columns, cells).map(drop)
}

fn filter_rows(
    writer: &Writer<'_>,
    rows: &RowStore,
    supported: &Supported<'_>,
) -> Result<(), StoreError> {
    let wanted = supported.iter().map(|(message, table)| {
        let id = named("sdkmessagefilter", &format!("{message}/{table}"));
        (id, (*message, *table))
    });
    let new = keep(
        rows,
        "sdkmessagefilter",
        "sdkmessagefilterid",
        wanted.collect(),
    )?;
    let cells = new.into_iter().map(|(id, (message, table))| {
        vec![
            Cell::Guid(id),
            lookup("sdkmessage", named("sdkmessage", message)),
            text(table),
            text(NO_TABLE),
            Cell::Bool(true),
            Cell::Bool(true),
            whole(0),
            whole(0),
            whole(0),
            Cell::Bool(true),
            Cell::Guid(SYSTEM_SOLUTION),
        ]
    });
    let columns = [
        "sdkmessagefilterid",
        "sdkmessageid",
        "primaryobjecttypecode",
        "secondaryobjecttypecode",
        "iscustomprocessingstepallowed",
        "isvisible",
        "availability",
        "restrictionlevel",
        "customizationlevel",
        "ismanaged",
        "solutionid",
    ];
    writer.insert("sdkmessagefilter", &columns, cells).map(drop)
}

fn privilege_rows(writer: &Writer<'_>, rows: &RowStore, schema: &Schema) -> Result<(), StoreError> {
    let wanted = privileges(schema).map(|privilege| (privilege.id(), privilege));
    let new = keep(rows, "privilege", "privilegeid", wanted.collect())?;
    let cells = new.iter().map(|(id, privilege)| {
        vec![
            Cell::Guid(*id),
            text(&privilege.name),
            privilege
                .about
                .map_or(Cell::Null, |(access, _)| whole(access.bit())),
            Cell::Bool(privilege.has_depths()),
            Cell::Bool(privilege.has_depths()),
            Cell::Bool(privilege.has_depths()),
            Cell::Bool(true),
            Cell::Guid(*id),
            Cell::Bool(true),
            Cell::Guid(SYSTEM_SOLUTION),
        ]
    });
    let columns = [
        "privilegeid",
        "name",
        "accessright",
        "canbebasic",
        "canbelocal",
        "canbedeep",
        "canbeglobal",
        "privilegerowid",
        "ismanaged",
        "solutionid",
    ];
    writer.insert("privilege", &columns, cells)?;
    if writer.has("roleprivileges") {
        rows.database().write(|write| {
            let sql = "DELETE FROM roleprivileges WHERE privilegeid NOT IN (SELECT privilegeid FROM privilege)";
            write.execute(sql, []).map_err(StoreError::from)
        })?;
        let all = roles::ids().flat_map(|role| granted(role, &new));
        let columns = [
            "roleprivilegeid",
            "roleid",
            "privilegeid",
            "privilegedepthmask",
        ];
        writer.insert("roleprivileges", &columns, all)?;
    }
    Ok(())
}

/// What a role gets of new privileges.
fn granted(role: Uuid, new: &[(Uuid, Privilege<'_>)]) -> Vec<Vec<Cell>> {
    let granted = new.iter().filter_map(|(id, privilege)| {
        let depth = first_depth(role, privilege)?;
        Some(vec![
            Cell::Guid(named("roleprivileges", &format!("{role}/{id}"))),
            Cell::Guid(role),
            Cell::Guid(*id),
            Cell::Integer(depth.mask()),
        ])
    });
    granted.collect()
}
