//! What changed since a token: rows by version, then deletions.
//!
//! Layer: changes. A row appears once with its values of now, however often it changed; one that was made and deleted in
//! between appears as deleted.

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::ROOT;
use crate::rows::StoreError;
use crate::rows::read::json;
use crate::rows::read::node::Selection;
use crate::rows::read::record::Writer;
use crate::rows::read::retrieve::page_size;
use crate::rows::storage::encoding::as_guid;
use crate::rows::storage::layout::{DELETED, VERSION, quoted};
use crate::schema::Table;

use super::load::{Plan, about};
use super::page::{Page, respond};
use super::place::Place;
use super::question::Question;
use super::token::Token;

/// Answers a request with a delta token.
///
/// # Errors
/// 400 for what `$select` names and the table lacks.
pub(super) fn answer(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    question: &Question,
) -> Result<Response, SimError> {
    let plan = Plan::new(context, request, table, question)?;
    let database = context.organisation.rows.database();
    let since = question.since.map_or(0, |token| token.version);
    let place = question
        .place
        .unwrap_or_else(|| Place::first(database.version(), since));
    let limit = page_size(request);
    let selection = Selection {
        sql: format!(
            "SELECT {} FROM {} WHERE {ROOT}.{VERSION} > ? AND {ROOT}.{VERSION} <= ? ORDER BY {ROOT}.{VERSION} LIMIT {}",
            plan.columns,
            plan.source,
            limit + 1,
        ),
        parameters: vec![place.version.into(), place.until.into()],
        node: plan.node,
        marks: vec![("version".to_owned(), plan.version)],
        limit,
    };
    let page = database.read_consistently(|connection| {
        let mut elements = Vec::with_capacity(16_384);
        let mut told = 0;
        let mut from = since;
        if place.in_deletions {
            from = place.version;
        } else {
            let writer = Writer {
                context,
                connection,
                service_root: &context.service_root,
            };
            let page = writer.rows(&selection, None, &mut elements)?;
            if let Some(mark) = page.more.and_then(|marks| marks.into_iter().next()) {
                let next = Place {
                    number: place.number.saturating_add(1).max(2),
                    version: number(&mark.last),
                    ..place
                };
                return page_of(connection, table, question, since, elements, Some(next));
            }
            told = page.rows;
        }
        let gone = deletions(connection, table, from, place.until, limit - told + 1)?;
        let fits = gone.len() <= limit - told;
        let mut last = from;
        for (version, id) in gone.iter().take(limit - told) {
            if !elements.is_empty() {
                elements.push(b',');
            }
            deletion(&mut elements, context, request, table, *id);
            last = *version;
        }
        let next = (!fits).then_some(Place {
            number: place.number.saturating_add(1).max(2),
            version: last,
            in_deletions: true,
            ..place
        });
        page_of(connection, table, question, since, elements, next)
    })?;
    let about = format!("{}/$delta", about(table, question));
    Ok(respond(
        context,
        request,
        question,
        &about,
        place.until,
        page,
    ))
}

fn page_of(
    connection: &Connection,
    table: &Table,
    question: &Question,
    since: i64,
    elements: Vec<u8>,
    next: Option<Place>,
) -> Result<Page, StoreError> {
    let count = question
        .options
        .count
        .then(|| changes(connection, table, since));
    Ok(Page {
        elements,
        next,
        count: count.transpose()?,
    })
}

/// How many changes there are since a token.
///
/// # Errors
/// When SQLite fails.
pub(super) fn count(
    context: &OrgContext<'_>,
    table: &Table,
    since: &Token,
) -> Result<i64, SimError> {
    let database = context.organisation.rows.database();
    Ok(database.read_consistently(|connection| {
        Ok::<_, StoreError>(changes(connection, table, since.version)?)
    })?)
}

fn changes(connection: &Connection, table: &Table, since: i64) -> rusqlite::Result<i64> {
    let sql = format!(
        "SELECT (SELECT count(*) FROM {} WHERE {VERSION} > ?1) + (SELECT count(*) FROM ({}))",
        quoted(&table.logical_name),
        deletions_sql(table),
    );
    connection
        .prepare_cached(&sql)?
        .query_row(params![since, table.logical_name, i64::MAX, -1], |row| {
            row.get(0)
        })
}

/// The newest deletion of each row that is not there again. Parameters: since, table, until, limit.
fn deletions_sql(table: &Table) -> String {
    format!(
        "SELECT max(version) AS version, id FROM {DELETED} AS gone WHERE \"table\" = ?2 AND version > ?1 AND version <= ?3 \
         AND NOT EXISTS (SELECT 1 FROM {} WHERE {} = gone.id) GROUP BY id ORDER BY 1 LIMIT ?4",
        quoted(&table.logical_name),
        quoted(&table.primary_id),
    )
}

fn deletions(
    connection: &Connection,
    table: &Table,
    since: i64,
    until: i64,
    limit: usize,
) -> Result<Vec<(i64, Uuid)>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&deletions_sql(table))?;
    let found = statement.query_map(params![since, table.logical_name, until, limit], |row| {
        Ok((row.get(0)?, as_guid(row.get_ref(1)?).unwrap_or_default()))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn deletion(
    out: &mut Vec<u8>,
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    id: Uuid,
) {
    out.push(b'{');
    if request.metadata_level != MetadataLevel::None {
        let about = format!(
            "{}/$metadata#{}/$deletedEntity",
            context.service_root, table.entity_set_name
        );
        json::text_member(out, "@odata.context", &about);
    }
    json::text_member(out, "id", &id.to_string());
    json::text_member(out, "reason", "deleted");
    out.push(b'}');
}

fn number(value: &rusqlite::types::Value) -> i64 {
    match value {
        rusqlite::types::Value::Integer(number) => *number,
        _ => 0,
    }
}
