//! Answers a question: finds documents, reads their rows as the caller, orders, groups and pages them.
//!
//! Layer: search.

use std::collections::{BTreeSet, HashMap};

use http::{HeaderMap, HeaderValue, Method};
use indexmap::IndexMap;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::organisation::OrgContext;
use crate::rows::storage::encoding::as_guid;
use crate::rows::storage::layout::quoted;
use crate::rows::{self, StoreError};
use crate::schema::searching::{is_searched, shown};
use crate::schema::{Column, Table};

use super::ask::{Ask, Scope};
use super::evaluate::Evaluator;
use super::expression::Expression;
use super::facet::Facet;
use super::hit::{Findings, Hit, Row};
use super::{filter, order, refusal};

/// Hits of a table that are looked at, the best first.
const MOST: usize = 5_000;
/// Rows that are read in one request.
const CHUNK: usize = 200;

/// A table to search, with its columns.
pub(super) struct Place<'a> {
    pub(super) table: &'a Table,
    pub(super) scope: Scope,
    /// What a hit shows.
    pub(super) select: Vec<&'a Column>,
}

/// The tables that a question is about.
///
/// # Errors
/// 400 for a table that is not searched, or a column that it lacks.
pub(super) fn places<'a>(
    context: &'a OrgContext<'_>,
    ask: &Ask,
) -> Result<Vec<Place<'a>>, SimError> {
    let schema = &context.schema;
    let scopes: Vec<Scope> = match ask.scopes.is_empty() {
        false => ask.scopes.clone(),
        true => schema
            .tables()
            .iter()
            .filter(|table| is_searched(table))
            .map(|table| Scope {
                table: table.logical_name.clone(),
                ..Scope::default()
            })
            .collect(),
    };
    scopes
        .into_iter()
        .map(|scope| {
            let table = schema
                .table(&scope.table)
                .filter(|table| is_searched(table))
                .ok_or_else(|| refusal::not_searched(&scope.table))?;
            let named = |name: &String| {
                let column = table
                    .column(name)
                    .filter(|column| column.property().is_some());
                column.ok_or_else(|| refusal::no_column(&table.logical_name, name))
            };
            for name in scope.search.iter().flatten() {
                named(name)?;
            }
            let select = match &scope.select {
                Some(names) => names.iter().map(named).collect::<Result<_, _>>()?,
                None => shown(table),
            };
            Ok(Place {
                table,
                scope,
                select,
            })
        })
        .collect()
}

/// Finds what a question asks for; `expression` is its text, understood.
///
/// # Errors
/// 400 for what it names and is not there, and every refusal of reading the rows.
pub(super) fn find<'a>(
    context: &'a OrgContext<'_>,
    ask: &Ask,
    places: &[Place<'a>],
    expression: &Expression,
) -> Result<Findings<'a>, SimError> {
    let facets = ask
        .facets
        .iter()
        .map(|facet| Facet::parse(facet))
        .collect::<Result<Vec<_>, _>>()?;
    let keys = order::keys(&ask.order)?;
    let mut hits = Vec::new();
    let mut matches: HashMap<&str, Vec<String>> = HashMap::new();
    for place in places {
        let (mut found, marked) = documents(context, place, expression)?;
        order::sort(&mut found, &[]);
        found.truncate(MOST);
        let mut columns: BTreeSet<&str> = place
            .select
            .iter()
            .map(|column| column.logical_name.as_str())
            .collect();
        let name = place.table.logical_name.as_str();
        let facet_columns = facets.iter().filter_map(|facet| facet.column_of(name));
        let also = facet_columns.chain(order::columns(&keys));
        columns.extend(also.filter(|column| place.table.column(column).is_some()));
        let conditions: Vec<String> = [ask.filter.as_deref(), place.scope.filter.as_deref()]
            .into_iter()
            .flatten()
            .filter_map(|text| filter::for_table(text, place.table))
            .collect();
        let ids: Vec<Uuid> = found.iter().map(|hit| hit.id).collect();
        let mut rows = read(context, place.table, &ids, &columns, &conditions)?;
        // What the caller may not see, or what does not fulfil the filters, was not found.
        hits.extend(found.into_iter().filter_map(|hit| {
            let row = rows.remove(&hit.id)?;
            Some(Hit { row, ..hit })
        }));
        matches.insert(name, marked);
    }
    order::sort(&mut hits, &keys);
    let groups = facets
        .iter()
        .map(|facet| (facet.name.clone(), facet.groups(&hits)))
        .collect();
    let count = ask.count.then_some(hits.len());
    let mut page: Vec<Hit<'_>> = hits.into_iter().skip(ask.skip).take(ask.top).collect();
    for hit in &mut page {
        let what = matches.get(hit.table.logical_name.as_str());
        hit.highlights = highlights(context, hit, what.map_or(&[], Vec::as_slice))?;
    }
    Ok(Findings {
        hits: page,
        facets: groups,
        count,
    })
}

/// The documents of a table that an expression finds, and what they match.
fn documents<'a>(
    context: &OrgContext<'_>,
    place: &Place<'a>,
    expression: &Expression,
) -> Result<(Vec<Hit<'a>>, Vec<String>), SimError> {
    let organisation = context.organisation;
    let table = place.table;
    let database = organisation.rows.database();
    organisation
        .search()
        .with(database, &context.schema, table, |texts| {
            let mut evaluator = Evaluator::new(texts, place.scope.search.as_deref());
            let found = evaluator.find(expression)?;
            let keys = quoted(&format!("{}$key", table.logical_name));
            let sql = format!("SELECT id FROM {keys} WHERE doc = ?");
            let mut statement = texts.connection.prepare_cached(&sql)?;
            let mut hits = Vec::with_capacity(found.len());
            for (document, score) in found {
                let id = statement.query_row([document], |row| Ok(as_guid(row.get_ref(0)?)))?;
                hits.push(Hit {
                    table,
                    id: id.unwrap_or_default(),
                    document,
                    score,
                    highlights: IndexMap::new(),
                    row: Row::new(),
                });
            }
            Ok::<_, StoreError>((hits, evaluator.matches))
        })
        .map_err(SimError::from)
}

/// The columns of a hit with what was found in them marked.
fn highlights(
    context: &OrgContext<'_>,
    hit: &Hit<'_>,
    matches: &[String],
) -> Result<IndexMap<String, Vec<String>>, SimError> {
    const MARK: &str = "{crmhit}";
    let mut marked = IndexMap::new();
    if matches.is_empty() {
        return Ok(marked);
    }
    let organisation = context.organisation;
    let database = organisation.rows.database();
    organisation
        .search()
        .with(database, &context.schema, hit.table, |texts| {
            let name = &texts.name;
            let columns: Vec<String> = (0..texts.columns.len())
                .map(|number| format!("highlight({name}, {number}, '{MARK}', '{{/crmhit}}')"))
                .collect();
            let sql = format!(
                "SELECT {} FROM {name} WHERE {name} MATCH ? AND rowid = ?",
                columns.join(", ")
            );
            let what = matches.join(" OR ");
            let mut statement = texts.connection.prepare_cached(&sql)?;
            let mut rows = statement.query(rusqlite::params![what, hit.document])?;
            if let Some(row) = rows.next()? {
                for (slot, column) in texts.columns.iter().enumerate() {
                    let text: Option<String> = row.get(slot)?;
                    if let Some(text) = text.filter(|text| text.contains(MARK)) {
                        marked.insert(column.logical_name.clone(), vec![text]);
                    }
                }
            }
            Ok::<_, StoreError>(())
        })?;
    Ok(marked)
}

/// Rows as the caller reads them, by id.
fn read(
    context: &OrgContext<'_>,
    table: &Table,
    ids: &[Uuid],
    columns: &BTreeSet<&str>,
    conditions: &[String],
) -> Result<HashMap<Uuid, Row>, SimError> {
    let mut select: Vec<String> = columns
        .iter()
        .filter_map(|name| table.column(name)?.property())
        .collect();
    select.push(table.primary_id.clone());
    let mut headers = HeaderMap::new();
    let wanted = HeaderValue::from_static("odata.include-annotations=\"*\"");
    headers.insert("prefer", wanted);
    let mut found = HashMap::new();
    // A filter that makes no sense is refused even where nothing was found.
    let chunks: Vec<&[Uuid]> = match ids.is_empty() && !conditions.is_empty() {
        true => vec![&[]],
        false => ids.chunks(CHUNK).collect(),
    };
    for chunk in chunks {
        let names: Vec<String> = chunk.iter().map(|id| format!("\"{id}\"")).collect();
        let names = match names.is_empty() {
            true => format!("\"{}\"", Uuid::nil()),
            false => names.join(","),
        };
        let mut filter = format!(
            "Microsoft.Dynamics.CRM.In(PropertyName='{}',PropertyValues=[{names}])",
            table.primary_id
        );
        for condition in conditions {
            filter = format!("{filter} and {condition}");
        }
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let query = format!("$select={}&$filter={}", select.join(","), encode(&filter));
        let request = ODataRequest::new(
            Method::GET,
            table.entity_set_name.clone(),
            Some(query),
            headers.clone(),
            bytes::Bytes::new(),
        );
        let answer = rows::handle(context, &request)?;
        let body: Value = serde_json::from_slice(&answer.body).map_err(SimError::unexpected)?;
        let rows = body.get("value").and_then(Value::as_array);
        for row in rows.into_iter().flatten() {
            let id = row.get(&table.primary_id).and_then(Value::as_str);
            if let (Some(Ok(id)), Value::Object(members)) = (id.map(Uuid::try_parse), row) {
                found.insert(id, members.clone());
            }
        }
    }
    Ok(found)
}
