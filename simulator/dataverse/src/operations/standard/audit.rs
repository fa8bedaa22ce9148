//! What the audit tells of a row: its changes, those of one column, and a single one in full.
//!
//! Layer: operations. Entries come newest first. As documented, what they tell holds no `AuditRecord`: who made a change,
//! and when, is in the row of `audit`.

use rusqlite::OptionalExtension;
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::arguments::{Members, members};
use crate::operations::declaration::{ANY, Parameter, ValueType, object};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call, Target};
use crate::rows::audit::{Change, HISTORY, Reader, Side, TABLE, changes};
use crate::rows::read::node::Wanted;
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::write::facts::Facts;
use crate::rows::{Origin, StoreError};
use crate::schema::Table;
use crate::security::{Access, check_stored, require_named};

/// Entries of a page when the caller does not say.
const PAGE: usize = 5_000;

pub(super) fn operations() -> Vec<Operation> {
    let collection = || {
        vec![Parameter::one(
            "AuditDetailCollection",
            object("AuditDetailCollection"),
        )]
    };
    vec![
        Operation::function("RetrieveAuditDetails", details)
            .on(&["audit"])
            .gives(vec![Parameter::one("AuditDetail", object("AuditDetail"))]),
        Operation::function("RetrieveRecordChangeHistory", |call| history(call, None))
            .takes("Target", ANY)
            .may_take("PagingInfo", object("PagingInfo"))
            .gives(collection()),
        Operation::function("RetrieveAttributeChangeHistory", |call| {
            let column = call.arguments.required_text("AttributeLogicalName")?;
            history(call, Some(&column))
        })
        .takes("Target", ANY)
        .takes("AttributeLogicalName", ValueType::String)
        .may_take("PagingInfo", object("PagingInfo"))
        .gives(collection()),
        Operation::action("DeleteRecordChangeHistory", forget)
            .takes("Target", ANY)
            .gives(vec![Parameter::one(
                "DeletedEntriesCount",
                ValueType::Int32,
            )]),
    ]
}

/// One entry in full. The row that it is about may be gone.
fn details(call: &Call<'_>) -> Result<Answer, SimError> {
    require_named(call.context, HISTORY)?;
    let (_, id) = call.row()?;
    let sql = "SELECT \"objecttypecode\", \"changedata\" FROM \"audit\" WHERE \"auditid\" = ?";
    let database = call.context.organisation.rows.database();
    let found: Option<(Option<String>, Option<String>)> = database.read(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_row([guid(id)], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok::<_, StoreError>(found.optional()?)
    })?;
    let (name, data) = found.ok_or_else(|| SimError::row_not_found(TABLE, id))?;
    let name = name.unwrap_or_default();
    let detail = match call.context.schema.table(&name) {
        Some(table) => detail(call, table, &changes(&data.unwrap_or_default()))?,
        // Of a table that is gone nothing can be told any more.
        None => to_raw(&json!({ "@odata.type": "#Microsoft.Dynamics.CRM.AuditDetail" }))?,
    };
    let answer = Members::from_iter([("AuditDetail".to_owned(), detail)]);
    Ok(Answer::Told(answer))
}

/// The entries of a row, or those in which one column changed.
fn history(call: &Call<'_>, column: Option<&str>) -> Result<Answer, SimError> {
    let target = readable(call)?;
    if let Some(column) = column.filter(|column| target.table.column(column).is_none()) {
        return Err(SimError::invalid_argument(format!(
            "'{}' entity doesn't contain attribute with Name = '{column}'.",
            target.table.logical_name
        )));
    }
    let mut entries = entries(call, target.id)?;
    if let Some(column) = column {
        for changes in &mut entries {
            changes.retain(|change| change.logical_name == column);
        }
        entries.retain(|changes| !changes.is_empty());
    }
    let page = Page::of(call)?;
    let total = entries.len();
    let told = entries
        .iter()
        .skip(page.first)
        .take(page.count)
        .map(|changes| detail(call, target.table, changes))
        .collect::<Result<Vec<_>, _>>()?;
    let more = total > page.first.saturating_add(told.len());
    let cookie = match more {
        true => format!("<cookie page=\"{}\"></cookie>", page.number),
        false => String::new(),
    };
    let total = match page.wants_total {
        true => i64::try_from(total).unwrap_or(i64::MAX),
        false => -1,
    };
    let collection = Members::from_iter([
        ("MoreRecords".to_owned(), to_raw(&more)?),
        ("PagingCookie".to_owned(), to_raw(&cookie)?),
        ("TotalRecordCount".to_owned(), to_raw(&total)?),
        ("AuditDetails".to_owned(), to_raw(&told)?),
    ]);
    let answer = [("AuditDetailCollection".to_owned(), to_raw(&collection)?)];
    Ok(Answer::Told(Members::from_iter(answer)))
}

/// Deletes the entries of a row, which needs a privilege of its own.
fn forget(call: &Call<'_>) -> Result<Answer, SimError> {
    require_named(call.context, "prvDeleteRecordChangeHistory")?;
    let target = readable(call)?;
    let table = call.table(TABLE)?;
    let found = call.find(table, &[("objectid", target.id)])?;
    for id in &found {
        call.erase(table, *id)?;
    }
    Ok(Answer::Members(
        json!({ "DeletedEntriesCount": found.len() }),
    ))
}

fn readable<'a>(call: &Call<'a>) -> Result<Target<'a>, SimError> {
    require_named(call.context, HISTORY)?;
    let target = call.target("Target")?;
    check_stored(call.context, target.table, target.id, Access::Read)?;
    Ok(target)
}

/// The changes in each entry of a row, newest first.
fn entries(call: &Call<'_>, id: Uuid) -> Result<Vec<Vec<Change>>, SimError> {
    call.table(TABLE)?;
    let sql = "SELECT \"auditid\", \"changedata\" FROM \"audit\" WHERE \"objectid\" = ? \
               ORDER BY \"createdon\" DESC, \"$version\" DESC";
    let database = call.context.organisation.rows.database();
    let found = database.read(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([guid(id)], |row| {
            let data: Option<String> = row.get(1)?;
            Ok((as_guid(row.get_ref(0)?), data.unwrap_or_default()))
        })?;
        Ok::<_, StoreError>(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    })?;
    Ok(found.iter().map(|(_, data)| changes(data)).collect())
}

/// `AttributeAuditDetail`
fn detail(call: &Call<'_>, table: &Table, changes: &[Change]) -> Result<Box<RawValue>, SimError> {
    let context = call.context;
    let origin = Origin {
        caller: context.caller,
        now: context.now,
    };
    let database = context.organisation.rows.database();
    let (old, new, gone) = database.read(|connection| {
        let facts = Facts::new(&context.schema, origin, connection);
        let reader = Reader {
            facts: &facts,
            table,
            wanted: Wanted::of(call.request),
        };
        let gone = reader.gone(changes);
        Ok::<_, StoreError>((
            reader.row(changes, Side::Old)?,
            reader.row(changes, Side::New)?,
            gone,
        ))
    })?;
    let numbers: Vec<usize> = (0..gone.len()).collect();
    let deleted = json!({
        "Count": gone.len(), "Keys": numbers, "Values": gone,
    });
    let none: [&str; 0] = [];
    let members = Members::from_iter([
        (
            "@odata.type".to_owned(),
            to_raw("#Microsoft.Dynamics.CRM.AttributeAuditDetail")?,
        ),
        ("InvalidNewValueAttributes".to_owned(), to_raw(&none)?),
        ("LocLabelLanguageCode".to_owned(), to_raw(&0)?),
        ("DeletedAttributes".to_owned(), to_raw(&deleted)?),
        ("OldValue".to_owned(), to_raw(&old)?),
        ("NewValue".to_owned(), to_raw(&new)?),
    ]);
    to_raw(&members)
}

/// What `PagingInfo` asks for.
struct Page {
    number: usize,
    first: usize,
    count: usize,
    wants_total: bool,
}

impl Page {
    fn of(call: &Call<'_>) -> Result<Self, SimError> {
        let paging = call.arguments.raw("PagingInfo").map(members).transpose()?;
        let number = |name: &str| {
            let value = paging.as_ref()?.get(name)?.get();
            value.parse::<usize>().ok().filter(|number| *number > 0)
        };
        let count = number("Count").unwrap_or(PAGE).min(PAGE);
        let page = number("PageNumber").unwrap_or(1);
        let total = paging
            .as_ref()
            .and_then(|paging| paging.get("ReturnTotalRecordCount"));
        Ok(Self {
            number: page,
            first: (page - 1).saturating_mul(count),
            count,
            wants_total: total.is_some_and(|total| total.get() == "true"),
        })
    }
}

fn to_raw(value: &(impl serde::Serialize + ?Sized)) -> Result<Box<RawValue>, SimError> {
    to_raw_value(value).map_err(SimError::unexpected)
}
