//! Whether search is on, and what it holds.
//!
//! Layer: search.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::StoreError;
use crate::schema::Table;
use crate::schema::searching::{is_searched, shown};

use super::refusal;

/// Whether the organisation has search on.
///
/// # Errors
/// When SQLite fails.
pub(super) fn is_on(context: &OrgContext<'_>) -> Result<bool, SimError> {
    const SWITCH: &str = "isexternalsearchindexenabled";
    let organisation = context.schema.table("organization");
    if organisation.is_none_or(|table| table.column(SWITCH).is_none()) {
        return Ok(false);
    }
    let sql = format!("SELECT \"{SWITCH}\" FROM \"organization\" LIMIT 1");
    let database = context.organisation.rows.database();
    let on: Option<bool> = database.read(|connection| {
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let on = rows.next()?.map(|row| row.get::<_, Option<bool>>(0));
        Ok::<_, StoreError>(on.transpose()?.flatten())
    })?;
    Ok(on.unwrap_or_default())
}

/// Refuses where search is off.
///
/// # Errors
/// 400 `0x80048d0b`.
pub(super) fn check(context: &OrgContext<'_>) -> Result<(), SimError> {
    match is_on(context)? {
        true => Ok(()),
        false => Err(refusal::switched_off()),
    }
}

/// `status`
///
/// # Errors
/// When SQLite fails.
pub(super) fn status(context: &OrgContext<'_>) -> Result<Value, SimError> {
    if !is_on(context)? {
        return Ok(json!({ "value": { "status": "notprovisioned", "lockboxstatus": "Unknown" } }));
    }
    let version = context.organisation.rows.database().version();
    let tables: Vec<Value> = searched(context)
        .map(|table| {
            let fields: Map<String, Value> = shown(table)
                .iter()
                .enumerate()
                .map(|(number, column)| {
                    let field = json!({ "indexfieldname": format!("a{number:x}") });
                    (column.logical_name.clone(), field)
                })
                .collect();
            let stamp = stamp(version, context.now);
            json!({
                "entitylogicalname": table.logical_name,
                "objecttypecode": table.object_type_code,
                "primarynamefield": table.primary_name,
                "lastdatasynctimestamp": stamp,
                "lastprincipalobjectaccesssynctimestamp": stamp,
                "entitystatus": "EntitySyncComplete",
                "searchableindexedfieldinfomap": fields,
            })
        })
        .collect();
    let none: [Value; 0] = [];
    Ok(json!({ "value": {
        "entitystatusresults": tables,
        "manytomanyrelationshipsyncstatus": none,
        "status": "provisioned",
        "lockboxstatus": "Disabled",
        "cmkstatus": "Disabled",
    } }))
}

/// `statistics`
///
/// # Errors
/// 400 where search is off.
pub(super) fn statistics(context: &OrgContext<'_>) -> Result<Value, SimError> {
    check(context)?;
    let organisation = context.organisation;
    let database = organisation.rows.database();
    let mut documents = 0_i64;
    for table in searched(context) {
        let search = organisation.search();
        documents += search.with(database, &context.schema, table, |texts| {
            let sql = format!("SELECT count(*) FROM {}", texts.name);
            let mut statement = texts.connection.prepare_cached(&sql)?;
            Ok::<_, StoreError>(statement.query_row([], |row| row.get::<_, i64>(0))?)
        })?;
    }
    let bytes = organisation.search().size();
    Ok(json!({ "value": {
        "storagesizeinbytes": bytes,
        "storagesizeinmb": bytes / (1024 * 1024),
        "documentcount": documents,
    } }))
}

fn searched<'a>(context: &'a OrgContext<'_>) -> impl Iterator<Item = &'a Table> {
    let tables = context.schema.tables().iter();
    tables.filter(|table| is_searched(table))
}

/// `73630169!09/12/2022 14:26:14`
fn stamp(version: i64, now: OffsetDateTime) -> String {
    format!(
        "{version}!{:02}/{:02}/{} {:02}:{:02}:{:02}",
        u8::from(now.month()),
        now.day(),
        now.year(),
        now.hour(),
        now.minute(),
        now.second()
    )
}
