//! Pages of rows: `GET accounts`, `GET accounts(id)/Account_Tasks`, their `$count` and their `$ref`s.
//!
//! Layer: read.

use http::StatusCode;
use rusqlite::Connection;
use uuid::Uuid;

use crate::fetchxml::{answer, saved};
use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::{ROOT, order_by, terms};
use crate::query::cookie;
use crate::query::options::{Address, Options, Stored};
use crate::rows::StoreError;
use crate::rows::storage::encoding::guid;
use crate::rows::storage::layout::quoted;
use crate::sql;

use super::builder::{Builder, Shape};
use super::node::Selection;
use super::node::Wanted;
use super::page::{begin, next_page};
use super::record::{Page, Writer};
use super::retrieve::{page_size, preferences_applied};
use super::rules::Rules;
use super::scan::{MAX_COUNT, Rows, counted};
use super::{apply, context_url, json};

/// Answers `GET` for a collection.
///
/// # Errors
/// 400 for what the query names and the table lacks, and for options that do not go together.
pub fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    rows: Rows<'_>,
) -> Result<Response, SimError> {
    let options = Options::parse(request.query.as_deref(), Address::Collection)?;
    match &options.stored {
        Some(Stored::Fetch(text)) => return answer::get(context, request, rows, &options, text),
        Some(Stored::Sql(text)) => {
            let fetch = sql::fetch(&context.schema, text)?;
            return answer::answer(context, request, rows, &options, &fetch, true);
        }
        Some(Stored::Row(table, id)) => {
            let text = saved::text(context, table, *id)?;
            return answer::get(context, request, rows, &options, &text);
        }
        None => {}
    }
    if let Some(apply) = &options.apply {
        return apply::get(context, request, rows, &options, apply);
    }
    let mut scan = rows.scan(context)?;
    scan.filter(&options)?;
    // The total ignores where this page begins.
    let count = (
        options.count,
        scan.count_statement(),
        scan.compiler.parameters.clone(),
    );
    let terms = terms(&mut scan.compiler, &options.order)?;
    let page_number = scan.begin_after(&options, &terms)?;
    let size = page_size(request);
    // `$top` counts only where no page size is asked for, and its answer is never continued (reference §3.1).
    let top = options
        .top
        .filter(|_| request.preferences.max_page_size.is_none());
    let limit = top
        .and_then(|top| usize::try_from(top).ok())
        .map_or(size, |top| top.min(size));
    let mut builder = Builder {
        compiler: &mut scan.compiler,
        columns: Vec::new(),
        wanted: Wanted::of(request),
        expansion: Rules::of(&options.expand, size),
    };
    let node = builder.node(Shape {
        table: scan.table,
        alias: ROOT,
        select: options.select.as_deref(),
        expand: &options.expand,
        also: Vec::new(),
    })?;
    let marks = terms
        .iter()
        .map(|term| (term.name.clone(), builder.slot(term.sql.clone())))
        .collect();
    let columns = builder.columns.join(",");
    let sql = format!(
        "SELECT {columns} FROM {}{} ORDER BY {} LIMIT {}",
        scan.compiler.source(),
        scan.where_clause(),
        order_by(&terms),
        limit + 1
    );
    let (set, select) = (&scan.table.entity_set_name, options.select.as_deref());
    let about = format!("{set}{}", context_url::selection(select, &options.expand));
    let selection = Selection {
        sql,
        parameters: scan.compiler.parameters,
        node,
        marks,
        limit,
    };
    let answer = |connection: &Connection| {
        let total = match &count {
            (true, sql, parameters) => Some(counted(context, connection, sql, parameters)?),
            _ => None,
        };
        let writer = Writer {
            context,
            connection,
            service_root: &context.service_root,
        };
        let mut body = Vec::with_capacity(16_384);
        begin(&mut body, context, request, &about, total);
        let page = writer.rows(&selection, None, &mut body)?;
        body.push(b']');
        if top.is_none() {
            let link = next_link(context, request, &options, &page, page_number);
            if let Some(link) = link {
                json::text_member(&mut body, "@odata.nextLink", &link);
            }
        }
        body.push(b'}');
        Ok::<_, StoreError>(body)
    };
    let database = context.organisation.rows.database();
    // Several statements must see the same rows; one does anyway.
    let body = if options.count || !options.expand.is_empty() {
        database.read_consistently(answer)?
    } else {
        database.read(answer)?
    };
    let granted = request
        .preferences
        .max_page_size
        .map(|_| format!("odata.maxpagesize={size}"));
    let granted: Vec<String> = granted.into_iter().collect();
    let response = Response::json(StatusCode::OK, body, request.metadata_level);
    Ok(preferences_applied(response, request, &granted))
}

fn next_link(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    options: &Options,
    page: &Page,
    page_number: u32,
) -> Option<String> {
    let token = cookie::encode(page_number.saturating_add(1), page.more.as_ref()?);
    Some(next_page(context, request, options, &token))
}

/// Answers `…/$count`: a number after a byte order mark.
///
/// # Errors
/// 400 for a filter that cannot be understood.
pub fn count(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    rows: Rows<'_>,
) -> Result<Response, SimError> {
    let options = Options::parse(request.query.as_deref(), Address::Count)?;
    let mut scan = rows.scan(context)?;
    scan.filter(&options)?;
    let total = context.organisation.rows.database().read(|connection| {
        counted(
            context,
            connection,
            &scan.count_statement(),
            &scan.compiler.parameters,
        )
    })?;
    Ok(Response::of_type(
        StatusCode::OK,
        "text/plain",
        format!("\u{feff}{}", total.min(MAX_COUNT)),
    ))
}

/// Whether a row is one of these.
///
/// # Errors
/// When SQLite fails.
pub fn leads_to(context: &OrgContext<'_>, rows: Rows<'_>, id: Uuid) -> Result<bool, SimError> {
    let mut scan = rows.scan(context)?;
    scan.conditions
        .push(format!("{ROOT}.{} = ?", quoted(&scan.table.primary_id)));
    scan.compiler.parameters.push(guid(id));
    let statement = scan.count_statement();
    let found =
        context.organisation.rows.database().read(|connection| {
            counted(context, connection, &statement, &scan.compiler.parameters)
        })?;
    Ok(found > 0)
}
