//! Answers `$apply`: groups and aggregates of the rows that a filter leaves.
//!
//! Layer: read (reference §3.7). Result rows are no rows of the table: they have neither id nor ETag, and no nulls.

use http::StatusCode;
use rusqlite::Connection;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::apply::Apply;
use crate::query::ast::Path;
use crate::query::compile::{Property, order_by, terms};
use crate::query::options::Options;

use super::aggregate::{MAX_SOURCE_ROWS, aggregate};
use super::builder::Builder;
use super::json;
use super::node::Selection;
use super::node::{Extra, ExtraValue, FORMATTED, Field, Node, Show, Wanted};
use super::page::begin;
use super::record::Writer;
use super::retrieve::preferences_applied;
use super::rules::{MAX_PAGE, Rules};
use super::scan::{Rows, counted};

/// Answers `GET` for a collection with `$apply`.
///
/// # Errors
/// What the query names and the table lacks, columns that cannot be grouped or aggregated, too many source rows.
pub(super) fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    rows: Rows<'_>,
    options: &Options,
    apply: &Apply,
) -> Result<Response, SimError> {
    let mut scan = rows.scan(context)?;
    for filter in &apply.filters {
        let condition = scan.compiler.condition(filter)?;
        scan.conditions.push(condition);
    }
    for key in &options.order {
        ordered(apply, &key.path)?;
    }
    let order = match options.order.as_slice() {
        [] => Vec::new(),
        keys => {
            let mut terms = terms(&mut scan.compiler, keys)?;
            terms.truncate(keys.len());
            terms
        }
    };
    let groups: Vec<(String, Property<'_>)> = apply
        .groups
        .iter()
        .map(|path| grouped(&mut scan.compiler, path))
        .collect::<Result<_, _>>()?;
    let mut node = Node {
        table: scan.table.logical_name.clone(),
        set: scan.table.entity_set_name.clone(),
        etag: None,
        id: 0,
        full: false,
        sparse: true,
        fields: Vec::new(),
        children: Vec::new(),
        navigations: Vec::new(),
    };
    let aggregated: Vec<Option<Property<'_>>> = apply
        .aggregates
        .iter()
        .map(|item| match &item.path {
            Some(path) => scan.compiler.property(path).map(Some),
            None => Ok(None),
        })
        .collect::<Result<_, _>>()?;
    let mut builder = Builder {
        compiler: &mut scan.compiler,
        columns: Vec::new(),
        wanted: Wanted::of(request),
        expansion: Rules::of(&[], 1),
    };
    let mut keys = Vec::new();
    for (name, property) in &groups {
        let (table, alias) = (property.table, property.alias.as_str());
        let field = builder.named_field(table, alias, property.column, name, true, &mut None);
        node.fields.extend(field);
        keys.push(property.sql.clone());
    }
    for (item, property) in apply.aggregates.iter().zip(&aggregated) {
        node.fields.push(match property {
            Some(property) => {
                aggregate(&mut builder, property, item.how, false, &item.alias)?.field
            }
            None => count(&mut builder, &item.alias),
        });
    }
    let columns = match builder.columns.as_slice() {
        [] => "1".to_owned(),
        columns => columns.join(","),
    };
    let (from, condition) = (scan.compiler.source(), scan.where_clause());
    let source_rows = format!(
        "SELECT count(*) FROM (SELECT 1 FROM {from}{condition} LIMIT {})",
        MAX_SOURCE_ROWS + 1
    );
    let group_by = match keys.as_slice() {
        [] => String::new(),
        keys => format!(" GROUP BY {}", keys.join(",")),
    };
    let order_by = match (order.as_slice(), keys.as_slice()) {
        ([], []) => String::new(),
        ([], keys) => format!(" ORDER BY {}", keys.join(",")),
        (order, _) => format!(" ORDER BY {}", order_by(order)),
    };
    let limit = options
        .top
        .and_then(|top| usize::try_from(top).ok())
        .map_or(MAX_PAGE, |top| top.min(MAX_PAGE));
    let selection = Selection {
        sql: format!(
            "SELECT {columns} FROM {from}{condition}{group_by}{order_by} LIMIT {}",
            limit + 1
        ),
        parameters: scan.compiler.parameters,
        node,
        marks: Vec::new(),
        limit,
    };
    let run = |connection: &Connection| -> Result<Vec<u8>, SimError> {
        let found = counted(context, connection, &source_rows, &selection.parameters)?;
        if usize::try_from(found).unwrap_or(usize::MAX) > MAX_SOURCE_ROWS {
            return Err(SimError::new(
                StatusCode::BAD_REQUEST,
                "0x8004e023",
                "The maximum record limit is exceeded. Reduce the number of records.",
            ));
        }
        let writer = Writer {
            context,
            connection,
            service_root: &context.service_root,
        };
        let mut written = Vec::new();
        let page = writer.rows(&selection, None, &mut written)?;
        let total = options
            .count
            .then(|| i64::try_from(page.rows).unwrap_or(i64::MAX));
        let mut body = Vec::with_capacity(written.len() + 256);
        begin(
            &mut body,
            context,
            request,
            &scan.table.entity_set_name,
            total,
        );
        body.extend_from_slice(&written);
        body.extend_from_slice(b"]}");
        Ok(body)
    };
    let database = context.organisation.rows.database();
    let body = database.read_consistently(run)?;
    let response = Response::json(StatusCode::OK, body, request.metadata_level);
    Ok(preferences_applied(response, request, &[]))
}

/// A property that groups are made by, and its name in the result: behind a lookup, the target's table comes first.
fn grouped<'a>(
    compiler: &mut crate::query::compile::Compiler<'a>,
    path: &Path,
) -> Result<(String, Property<'a>), SimError> {
    let property = compiler.property(path)?;
    let name = match path.segments.as_slice() {
        [own] => own.clone(),
        _ => format!(
            "{}_{}",
            property.table.logical_name, property.column.logical_name
        ),
    };
    if property.is_temporal() {
        // Dates are grouped by their parts in FetchXML only (text unverified).
        return Err(SimError::bad_url(format!(
            "Grouping by the date property '{name}' is not supported."
        )));
    }
    Ok((name, property))
}

/// Orders name what groups are made by; the service's parser does not know aliases there.
fn ordered(apply: &Apply, path: &Path) -> Result<(), SimError> {
    if apply.groups.contains(path) {
        return Ok(());
    }
    Err(SimError::bad_url(
        "The query node SingleValueOpenPropertyAccess is not supported",
    ))
}

fn count(builder: &mut Builder<'_, '_>, alias: &str) -> Field {
    let extras = builder.wanted.formatted.then(|| Extra {
        key: json::key(&format!("{alias}@{FORMATTED}")),
        value: ExtraValue::Whole,
    });
    Field {
        typed: Vec::new(),
        key: json::key(alias),
        slot: Some(builder.slot("count(*)".to_owned())),
        show: Show::Integer,
        extras: extras.into_iter().collect(),
    }
}
