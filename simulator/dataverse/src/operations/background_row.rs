//! A background operation as a row of `backgroundoperation`, which tells its state like the status monitor does and lets it
//! be cancelled by an update.
//!
//! Layer: operations. The row follows what is kept in memory; only the wish to cancel is read from it.

use rusqlite::OptionalExtension;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::{OrgContext, Organisation};
use crate::rows::storage::draft::{load, update};
use crate::rows::storage::encoding::guid;
use crate::rows::{Cell, Origin, StoreError};

use super::arguments::Members;
use super::declaration::Declaration;

const TABLE: &str = "backgroundoperation";
/// `backgroundoperationstatuscode` of one that somebody wants to cancel.
const CANCELING: i64 = 22;
/// Seconds that a row is kept: 90 days.
const KEPT: i64 = 7_776_000;

/// Makes the row of an operation that waits.
///
/// # Errors
/// When the store fails.
pub(super) fn begin(
    context: &OrgContext<'_>,
    id: Uuid,
    operation: &Declaration,
    request: &ODataRequest,
) -> Result<(), SimError> {
    if context.schema.table(TABLE).is_none() {
        return Ok(());
    }
    let given: Members = serde_json::from_slice(&request.body).unwrap_or_default();
    let origin = Origin {
        caller: context.caller,
        now: context.now,
    };
    let name = || Cell::Text(operation.name.to_string());
    let row = vec![
        Cell::Guid(id),
        name(),
        name(),
        Cell::Text(pairs(&given)),
        Cell::Text(context.caller.user_id.to_string()),
        Cell::Integer(0),
        Cell::Integer(KEPT),
    ];
    let columns = [
        "backgroundoperationid",
        "name",
        "displayname",
        "inputparameters",
        "runas",
        "retrycount",
        "ttlinseconds",
    ];
    let rows = &context.organisation.rows;
    rows.bulk_insert(
        &context.schema,
        &origin,
        TABLE,
        &columns,
        &mut std::iter::once(row),
    )?;
    Ok(())
}

/// Notes that an operation begins; false when its row says that it is not to.
///
/// # Errors
/// When the store fails.
pub(super) fn start(
    organisation: &Organisation,
    id: Uuid,
    now: OffsetDateTime,
) -> Result<bool, SimError> {
    let schema = organisation.schema();
    if schema.table(TABLE).is_none() {
        return Ok(true);
    }
    let sql = "SELECT \"backgroundoperationstatuscode\" FROM \"backgroundoperation\" WHERE \"backgroundoperationid\" = ?";
    let status: Option<Option<i64>> = organisation.rows.database().read(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_row([guid(id)], |row| row.get(0));
        Ok::<_, StoreError>(found.optional()?)
    })?;
    if status.flatten() == Some(CANCELING) {
        return Ok(false);
    }
    let started = ("starttime", Cell::Moment(now));
    change(organisation, id, vec![started, state(2), status_of(20)])?;
    Ok(true)
}

/// Notes that an operation was answered.
///
/// # Errors
/// When the store fails.
pub(super) fn done(
    organisation: &Organisation,
    id: Uuid,
    now: OffsetDateTime,
    outcome: &Result<Response, SimError>,
    codes: (i64, i64),
) -> Result<(), SimError> {
    let told = match outcome {
        Ok(answer) => {
            let mut given: Members = serde_json::from_slice(&answer.body).unwrap_or_default();
            given.shift_remove("@odata.context");
            vec![("outputparameters", Cell::Text(pairs(&given)))]
        }
        Err(error) => vec![
            ("errorcode", Cell::Integer(number(&error.code))),
            ("errormessage", Cell::Text(error.message.clone())),
        ],
    };
    change(organisation, id, told)?;
    end(organisation, id, now, codes)
}

/// Notes how an operation ended.
///
/// # Errors
/// When the store fails.
pub(super) fn end(
    organisation: &Organisation,
    id: Uuid,
    now: OffsetDateTime,
    (state_code, status_code): (i64, i64),
) -> Result<(), SimError> {
    let ended = ("endtime", Cell::Moment(now));
    change(
        organisation,
        id,
        vec![ended, state(state_code), status_of(status_code)],
    )
}

/// A code of the service as the signed number that its tables keep; 0 for what is none.
pub(super) fn number(code: &str) -> i64 {
    let digits = code.strip_prefix("0x").unwrap_or_default();
    u32::from_str_radix(digits, 16).map_or(0, |code| code.cast_signed().into())
}

fn state(code: i64) -> (&'static str, Cell) {
    ("backgroundoperationstatecode", Cell::Integer(code))
}

fn status_of(code: i64) -> (&'static str, Cell) {
    ("backgroundoperationstatuscode", Cell::Integer(code))
}

fn change(organisation: &Organisation, id: Uuid, cells: Vec<(&str, Cell)>) -> Result<(), SimError> {
    let schema = organisation.schema();
    let Some(table) = schema.table(TABLE) else {
        return Ok(());
    };
    organisation.rows.database().write(|write| {
        let Some((mut draft, _)) = load(write, table, id)? else {
            return Ok(());
        };
        let changed: Vec<usize> = cells
            .into_iter()
            .filter_map(|(name, cell)| draft.set_named(table, name, cell))
            .collect();
        update(write, table, id, &draft, &changed, write.next_version())?;
        Ok::<_, SimError>(())
    })
}

/// `[{"Key": …, "Value": …}]`
fn pairs(members: &Members) -> String {
    let pair = |name: &String, value: &RawValue| {
        let value: Value = serde_json::from_str(value.get()).unwrap_or_default();
        json!({ "Key": name, "Value": value })
    };
    let pairs = members.iter().map(|(name, value)| pair(name, value));
    Value::Array(pairs.collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_signed_numbers() {
        assert_eq!(number("0x80048405"), -2_147_187_707);
        assert_eq!(number("0x0"), 0);
        assert_eq!(number("none"), 0);
    }
}
