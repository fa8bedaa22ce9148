//! The first answer: all rows, page by page, and a delta link at the end.
//!
//! Layer: changes.

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::{Compiler, ROOT, Scene};
use crate::rows::StoreError;
use crate::rows::read::builder::{Builder, Shape};
use crate::rows::read::context_url;
use crate::rows::read::node::Selection;
use crate::rows::read::node::{Node, Wanted};
use crate::rows::read::record::Writer;
use crate::rows::read::retrieve::page_size;
use crate::rows::read::rules::Rules;
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::{VERSION, quoted};
use crate::schema::Table;

use super::page::{Page, respond};
use super::place::Place;
use super::question::Question;

/// The columns of a page's statement, and how its rows are written.
pub(super) struct Plan {
    /// What stands behind `SELECT`.
    pub columns: String,
    /// What stands behind `FROM`.
    pub source: String,
    /// How a row is written.
    pub node: Node,
    /// Where the id is.
    pub id: usize,
    /// Where the version is.
    pub version: usize,
}

impl Plan {
    /// Compiles `$select`.
    ///
    /// # Errors
    /// 400 for what the table lacks.
    pub(super) fn new(
        context: &OrgContext<'_>,
        request: &ODataRequest,
        table: &Table,
        question: &Question,
    ) -> Result<Self, SimError> {
        let scene = Scene {
            schema: &context.schema,
            now: context.now,
            caller: context.caller,
        };
        let mut compiler = Compiler::new(scene, table);
        let mut builder = Builder {
            compiler: &mut compiler,
            columns: Vec::new(),
            wanted: Wanted::of(request),
            expansion: Rules::of(&[], page_size(request)),
        };
        let id = builder.slot(format!("{ROOT}.{}", quoted(&table.primary_id)));
        let version = builder.slot(format!("{ROOT}.{VERSION}"));
        let node = builder.node(Shape {
            table,
            alias: ROOT,
            select: question.options.select.as_deref(),
            expand: &[],
            also: Vec::new(),
        })?;
        Ok(Self {
            columns: builder.columns.join(","),
            source: compiler.source(),
            node,
            id,
            version,
        })
    }
}

/// What precedes `/$delta` in a context.
pub(super) fn about(table: &Table, question: &Question) -> String {
    let selection = context_url::selection(question.options.select.as_deref(), &[]);
    format!("{}{selection}", table.entity_set_name)
}

/// Answers a request without a delta token.
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
    // Read before the rows: what is written in between is told twice rather than never.
    let place = question
        .place
        .unwrap_or_else(|| Place::first(database.version(), 0));
    let limit = page_size(request);
    let selection = Selection {
        sql: format!(
            "SELECT {} FROM {} WHERE {ROOT}.{id} > ? ORDER BY {ROOT}.{id} LIMIT {}",
            plan.columns,
            plan.source,
            limit + 1,
            id = quoted(&table.primary_id),
        ),
        parameters: vec![guid(place.id)],
        node: plan.node,
        marks: vec![("id".to_owned(), plan.id)],
        limit,
    };
    let page = database.read_consistently(|connection| {
        let mut elements = Vec::with_capacity(16_384);
        let writer = Writer {
            context,
            connection,
            service_root: &context.service_root,
        };
        let page = writer.rows(&selection, None, &mut elements)?;
        let last = page.more.and_then(|marks| marks.into_iter().next());
        let next = last.map(|mark| Place {
            number: place.number.saturating_add(1).max(2),
            id: id_of(&mark.last),
            ..place
        });
        let count = question.options.count.then(|| total(connection, table));
        Ok::<_, StoreError>(Page {
            elements,
            next,
            count: count.transpose()?,
        })
    })?;
    let about = about(table, question);
    Ok(respond(
        context,
        request,
        question,
        &about,
        place.until,
        page,
    ))
}

fn total(connection: &Connection, table: &Table) -> rusqlite::Result<i64> {
    let sql = format!("SELECT count(*) FROM {}", quoted(&table.logical_name));
    connection.query_row(&sql, [], |row| row.get(0))
}

fn id_of(value: &Value) -> uuid::Uuid {
    as_guid(value.into()).unwrap_or_default()
}
