//! What elastic tables have besides: partitions, a session token with every answer, and rows that end by themselves.
//!
//! Layer: rows (reference §2.8). Reads here always see all writes, so that a session token that comes back is not needed;
//! it is given because clients pass it on. Rows past their time are removed when their table is next asked for.

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rusqlite::params;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::schema::Table;

use super::StoreError;
use super::key::RowKey;
use super::storage::draft::load;
use super::storage::encoding::as_guid;
use super::storage::layout::quoted;
use super::write::erase::erase;

/// The column that says in which partition a row is.
const PARTITION: &str = "partitionid";
/// Rows past their time that one request removes.
const SWEEP: i64 = 1_000;

/// Answers a request to an elastic table as `answer` would, in the partition that the URL names.
///
/// # Errors
/// What `answer` returns; 404 for a row of another partition.
pub(super) fn handle(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    key: Option<&RowKey>,
    answer: impl FnOnce(&ODataRequest) -> Result<Response, SimError>,
) -> Result<Response, SimError> {
    sweep(context, table)?;
    let response = match partition(request.query.as_deref()) {
        None => answer(request),
        Some(partition) => {
            if let Some(key) = key {
                refuse_elsewhere(context, table, key, &partition)?;
            }
            answer(&placed(request, key.is_some(), &partition))
        }
    }?;
    let version = context.organisation.rows.database().version();
    Ok(response.with_header("x-ms-session-token", &format!("0:-1#{version}")))
}

/// `partitionId=dev-1`, or with quotes.
fn partition(query: Option<&str>) -> Option<String> {
    let mut parts = query?.split('&').filter_map(|part| part.split_once('='));
    let (_, value) = parts.find(|(name, _)| name.eq_ignore_ascii_case(PARTITION))?;
    let value = percent_decode_str(value).decode_utf8_lossy();
    let bare = value
        .strip_prefix('\'')
        .and_then(|value| value.strip_suffix('\''));
    Some(bare.map_or_else(|| value.to_string(), |bare| bare.replace("''", "'")))
}

/// A row of another partition is not there; one that is nowhere yet may be made.
fn refuse_elsewhere(
    context: &OrgContext<'_>,
    table: &Table,
    key: &RowKey,
    partition: &str,
) -> Result<(), SimError> {
    context.organisation.rows.database().read(|connection| {
        let Some(id) = key.find(connection, table)? else {
            return Ok(());
        };
        let found = load(connection, table, id).map_err(StoreError::from)?;
        let is_here = found.is_none_or(|(draft, _)| {
            draft
                .text(table, PARTITION)
                .is_none_or(|known| known == partition)
        });
        match is_here {
            true => Ok(()),
            false => Err(key.not_found(table)),
        }
    })
}

/// The request with its partition where the rest of the data API looks: in the body of a write, in the filter of a query.
fn placed(request: &ODataRequest, has_key: bool, partition: &str) -> ODataRequest {
    let mut request = request.clone();
    let is_write = matches!(request.method.as_str(), "POST" | "PATCH");
    if is_write {
        let body = serde_json::from_slice::<serde_json::Map<_, _>>(&request.body);
        // A body that is no object is refused by those who read it.
        if let Ok(mut members) = body
            && !members.contains_key(PARTITION)
        {
            members.insert(PARTITION.to_owned(), partition.into());
            request.body = Bytes::from(serde_json::Value::Object(members).to_string());
        }
    } else if !has_key {
        let literal = partition.replace('\'', "''");
        let test = format!(
            "partitionid%20eq%20'{}'",
            utf8_percent_encode(&literal, NON_ALPHANUMERIC)
        );
        request.query = request.query.map(|query| filtered(&query, &test));
    }
    request
}

/// A query string with one more condition.
fn filtered(query: &str, test: &str) -> String {
    let mut has_filter = false;
    let mut parts: Vec<String> = query
        .split('&')
        .map(|part| match part.split_once('=') {
            Some((name @ ("$filter" | "%24filter"), old)) => {
                has_filter = true;
                format!("{name}=({old})%20and%20{test}")
            }
            _ => part.to_owned(),
        })
        .collect();
    if !has_filter {
        parts.push(format!("$filter={test}"));
    }
    parts.join("&")
}

/// Removes rows that have lived as long as they were meant to.
fn sweep(context: &OrgContext<'_>, table: &Table) -> Result<(), SimError> {
    let has_time = ["ttlinseconds", "modifiedon"]
        .iter()
        .all(|name| table.column(name).is_some());
    if !has_time {
        return Ok(());
    }
    let sql = format!(
        "SELECT {} FROM {} WHERE ttlinseconds IS NOT NULL AND modifiedon + ttlinseconds <= ? LIMIT ?",
        quoted(&table.primary_id),
        quoted(&table.logical_name)
    );
    let database = context.organisation.rows.database();
    let over: Vec<Uuid> = database.read(|connection| {
        let mut statement = connection.prepare_cached(&sql)?;
        let now = context.now.unix_timestamp();
        let found = statement.query_map(params![now, SWEEP], |row| {
            Ok(as_guid(row.get_ref(0)?).unwrap_or_default())
        })?;
        Ok::<_, StoreError>(found.collect::<rusqlite::Result<_>>()?)
    })?;
    if over.is_empty() {
        return Ok(());
    }
    database.write(|write| {
        over.into_iter()
            .try_for_each(|id| erase(context, write, table, id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_named_in_every_spelling() {
        assert_eq!(
            partition(Some("partitionId=dev-1")).as_deref(),
            Some("dev-1")
        );
        assert_eq!(
            partition(Some("$select=name&partitionid=%27it''s%27")).as_deref(),
            Some("it's")
        );
        assert_eq!(partition(Some("tag=x")), None);
        assert_eq!(partition(None), None);
    }

    #[test]
    fn a_partition_joins_the_filter_that_is_there() {
        assert_eq!(filtered("$top=1", "t"), "$top=1&$filter=t");
        assert_eq!(
            filtered("$filter=a%20eq%201%20or%20b%20eq%202&$top=1", "t"),
            "$filter=(a%20eq%201%20or%20b%20eq%202)%20and%20t&$top=1"
        );
    }
}
