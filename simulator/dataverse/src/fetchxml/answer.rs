//! Runs a query and writes its answer: rows, totals, and what leads to the next page.
//!
//! Layer: fetchxml (reference §3.9). With a paging cookie a page begins after the row that the cookie names; without one, and
//! where no cookie can be, rows are skipped.

use http::StatusCode;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::{ROOT, Scene, Term, after, order_by, place_values, related};
use crate::query::cookie;
use crate::query::options::Options;
use crate::rows::read::aggregate::MAX_SOURCE_ROWS;
use crate::rows::read::json;
use crate::rows::read::node::Selection;
use crate::rows::read::node::Wanted;
use crate::rows::read::record::{Page, Writer};
use crate::rows::read::retrieve::preferences_applied;
use crate::rows::read::rules::MAX_PAGE;
use crate::rows::read::scan::{MAX_COUNT, Rows, counted};

use super::ast::Fetch;
use super::compile::{Columns, Scope, Statement};
use super::{errors, parse};
use crate::rows::read::page;

/// Rows that skipping reaches.
const MAX_SKIPPED: usize = 50_000;

const COOKIE: &str = "Microsoft.Dynamics.CRM.fetchxmlpagingcookie";
const MORE: &str = "Microsoft.Dynamics.CRM.morerecords";

/// Where a page begins.
enum Begin {
    /// At the first row.
    First,
    /// After a number of rows.
    Skip(usize),
    /// After the row with these sort values.
    After(Vec<Value>),
}

/// A query ready to run.
struct Plan {
    selection: Selection,
    /// Counts all rows of the result, page or not.
    total: Option<(String, Vec<Value>)>,
    /// Counts the source rows of an aggregate; more than this many are refused.
    sources: Option<(String, Vec<Value>, usize)>,
    about: String,
    page: u32,
    has_cookie: bool,
}

/// Answers a query over rows.
///
/// # Errors
/// What is wrong with the query, in the service's words.
pub fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    rows: Rows<'_>,
    options: &Options,
    text: &str,
) -> Result<Response, SimError> {
    let is_paged = request.preferences.max_page_size.is_some();
    answer(
        context,
        request,
        rows,
        options,
        &parse::fetch(text)?,
        is_paged,
    )
}

/// Answers a query that is parsed. Its pages are linked when the caller asked for pages, or needs them without asking.
///
/// # Errors
/// What is wrong with the query, in the service's words.
pub fn answer(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    rows: Rows<'_>,
    options: &Options,
    fetch: &Fetch,
    is_paged: bool,
) -> Result<Response, SimError> {
    let plan = plan(context, request, rows, options, fetch)?;
    let run = |connection: &Connection| -> Result<Vec<u8>, SimError> {
        if let Some((sql, parameters, limit)) = &plan.sources
            && usize::try_from(counted(context, connection, sql, parameters)?).unwrap_or(usize::MAX)
                > *limit
        {
            return Err(errors::too_many_rows());
        }
        let total = match &plan.total {
            Some((sql, parameters)) => Some(counted(context, connection, sql, parameters)?),
            None => None,
        };
        let writer = Writer {
            context,
            connection,
            service_root: &context.service_root,
        };
        let mut rows = Vec::with_capacity(16_384);
        let page = writer.rows(&plan.selection, None, &mut rows)?;
        let mut body = Vec::with_capacity(rows.len() + 512);
        page::head(&mut body, context, request, &plan.about, total);
        let more = page.more.is_some() && fetch.top.is_none();
        if more {
            annotate(&mut body, request, &plan, &page);
        }
        json::separate(&mut body);
        body.extend_from_slice(b"\"value\":[");
        body.extend_from_slice(&rows);
        body.push(b']');
        if more && is_paged {
            let token = cookie::encode(
                plan.page.saturating_add(1),
                page.more.as_deref().unwrap_or_default(),
            );
            json::text_member(
                &mut body,
                "@odata.nextLink",
                &page::next_page(context, request, options, &token),
            );
        }
        body.push(b'}');
        Ok(body)
    };
    let body = context
        .organisation
        .rows
        .database()
        .read_consistently(run)?;
    let granted = request.preferences.max_page_size.map(|size| {
        let size = usize::try_from(size).map_or(MAX_PAGE, |size| size.min(MAX_PAGE));
        format!("odata.maxpagesize={size}")
    });
    let granted: Vec<String> = granted.into_iter().collect();
    let response = Response::json(StatusCode::OK, body, request.metadata_level);
    Ok(preferences_applied(response, request, &granted))
}

fn annotate(body: &mut Vec<u8>, request: &ODataRequest, plan: &Plan, page: &Page) {
    let annotations = &request.preferences.annotations;
    if annotations.includes(COOKIE) && plan.has_cookie {
        let marks = page.more.as_deref().unwrap_or_default();
        let cookie = cookie::annotation(plan.page.saturating_add(1), marks);
        json::text_member(body, &format!("@{COOKIE}"), &cookie);
    }
    if annotations.includes(MORE) {
        json::separate(body);
        body.extend_from_slice(&json::key(&format!("@{MORE}")));
        body.extend_from_slice(b"true");
    }
}

fn plan(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    rows: Rows<'_>,
    options: &Options,
    fetch: &Fetch,
) -> Result<Plan, SimError> {
    let schema = &context.schema;
    if schema.table(&fetch.table).is_none() {
        return Err(errors::no_table(&fetch.table));
    }
    let table = rows.table(schema)?;
    if fetch.table != table.logical_name {
        return Err(errors::other_table(&fetch.table, &table.logical_name));
    }
    let scene = Scene {
        schema,
        now: context.now,
        caller: context.caller,
    };
    let mut statement = Statement::new(scene, table, fetch.raw_order);
    let (through, tie) = match rows {
        Rows::Of(_) => (None, None),
        Rows::Related { id, navigation } => {
            let parent = format!("x'{}'", id.simple());
            let related = related(schema, navigation, &parent, ROOT)?;
            (Some(related.source(ROOT)), Some(related.condition))
        }
    };
    let mut scope = statement.scope(fetch, through, tie)?;
    if fetch.retained {
        // Nothing is in long-term storage here.
        scope.condition = format!("0 AND {}", scope.condition);
    }
    let wanted = Wanted::of(request);
    let (columns, terms, mut has_cookie) = if fetch.aggregate {
        let (columns, terms) = statement.aggregated(fetch, wanted)?;
        (columns, terms, false)
    } else {
        let sorting = statement.sorting(fetch)?;
        let has_cookie = sorting.has_cookie && !scope.multiplies;
        let marks: &[Term] = if has_cookie { &sorting.terms } else { &[] };
        let columns = statement.columns(fetch, wanted, marks)?;
        (columns, sorting.terms, has_cookie)
    };
    let size = page_size(request, fetch);
    let (page, begin) = begin(options, fetch, &terms, has_cookie, size)?;
    let mut parameters = statement.compiler.parameters;
    let total = (options.count || fetch.total)
        .then(|| (count_statement(fetch, &columns, &scope), parameters.clone()));
    let sources = fetch.aggregate.then(|| {
        let limit = fetch.aggregate_limit.unwrap_or(MAX_SOURCE_ROWS);
        let limit = limit.min(MAX_SOURCE_ROWS);
        let Scope {
            from, condition, ..
        } = &scope;
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {condition} LIMIT {})",
            limit + 1
        );
        (sql, parameters.clone(), limit)
    });
    let mut offset = String::new();
    match begin {
        Begin::First => {}
        Begin::Skip(rows) => offset = format!(" OFFSET {rows}"),
        Begin::After(values) => {
            let (condition, more) = after(&terms, &values);
            scope.condition = format!("({}) AND {condition}", scope.condition);
            parameters.extend(more);
        }
    }
    let order = match terms.as_slice() {
        [] => String::new(),
        terms => format!(" ORDER BY {}", order_by(terms)),
    };
    let sql = format!(
        "{}{order} LIMIT {}{offset}",
        select_statement(fetch, &columns, &scope),
        size + 1
    );
    has_cookie &= !columns.marks.is_empty();
    let about = match &columns.names {
        Some(names) => format!("{}({})", table.entity_set_name, names.join(",")),
        None => table.entity_set_name.clone(),
    };
    Ok(Plan {
        selection: Selection {
            sql,
            parameters,
            node: columns.node,
            marks: columns.marks,
            limit: size,
        },
        total,
        sources,
        about,
        page,
        has_cookie,
    })
}

fn select_statement(fetch: &Fetch, columns: &Columns, scope: &Scope) -> String {
    let distinct = if fetch.distinct && !fetch.aggregate {
        "DISTINCT "
    } else {
        ""
    };
    let select = match columns.select.as_slice() {
        [] => "1".to_owned(),
        columns => columns.join(","),
    };
    let groups = match columns.groups.as_slice() {
        [] => String::new(),
        groups => format!(" GROUP BY {}", groups.join(",")),
    };
    format!(
        "SELECT {distinct}{select} FROM {} WHERE {}{groups}",
        scope.from, scope.condition
    )
}

fn count_statement(fetch: &Fetch, columns: &Columns, scope: &Scope) -> String {
    let rows = if fetch.distinct || fetch.aggregate {
        select_statement(fetch, columns, scope)
    } else {
        format!("SELECT 1 FROM {} WHERE {}", scope.from, scope.condition)
    };
    format!("SELECT count(*) FROM ({rows} LIMIT {})", MAX_COUNT + 1)
}

fn page_size(request: &ODataRequest, fetch: &Fetch) -> usize {
    let preferred = request
        .preferences
        .max_page_size
        .and_then(|size| usize::try_from(size).ok());
    fetch
        .top
        .or(fetch.count)
        .or(preferred)
        .unwrap_or(MAX_PAGE)
        .min(MAX_PAGE)
}

/// The number of the page and where it begins, by the token of a next link, by the query's cookie, or by its number.
fn begin(
    options: &Options,
    fetch: &Fetch,
    terms: &[Term],
    has_cookie: bool,
    size: usize,
) -> Result<(u32, Begin), SimError> {
    let asked = u32::try_from(fetch.page.unwrap_or(1)).unwrap_or(u32::MAX);
    let place = match (&options.skip_token, &fetch.cookie) {
        (Some(token), _) => Some(cookie::decode(token)?),
        (None, Some(text)) => Some(cookie::decode_inner(text).ok_or_else(errors::cookie)?),
        (None, None) => None,
    };
    let page = match (&options.skip_token, &place) {
        (Some(_), Some(place)) => place.next_page,
        _ => asked,
    };
    if let Some(place) = place.filter(|place| !place.last.is_empty())
        && has_cookie
        && place.next_page == page
    {
        let values = place_values(terms, &place.last).ok_or_else(errors::other_order)?;
        return Ok((page, Begin::After(values)));
    }
    let before = usize::try_from(page.saturating_sub(1)).unwrap_or(usize::MAX);
    let skipped = before.saturating_mul(size).saturating_add(fetch.skip);
    if skipped.saturating_add(size) > MAX_SKIPPED && skipped > 0 {
        return Err(errors::too_far(MAX_SKIPPED));
    }
    Ok(match skipped {
        0 => (page, Begin::First),
        rows => (page, Begin::Skip(rows)),
    })
}
