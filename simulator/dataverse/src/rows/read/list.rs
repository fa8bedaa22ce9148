//! Pages of rows: `GET accounts`, `GET accounts(id)/Account_Tasks`, their `$count` and their `$ref`s.
//!
//! Layer: read.

use http::StatusCode;
use rusqlite::{Connection, params_from_iter, types::Value};
use uuid::Uuid;

use crate::fetchxml::{answer, saved};
use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::{
    Compiler, ROOT, Scene, Term, after, order_by, place_values, related, terms,
};
use crate::query::cookie;
use crate::query::options::{Address, Options, Stored};
use crate::rows::StoreError;
use crate::rows::storage::encoding::guid;
use crate::rows::storage::layout::quoted;
use crate::schema::{GLOBAL_VERSION, Navigation, Schema, Table};
use crate::security::scoped;
use crate::sql;

use super::expansion::Rules;
use super::node::Wanted;
use super::projection::{Builder, Shape};
use super::record::{Page, Selection, Writer};
use super::retrieve::{page_size, preferences_applied};
use super::{apply, context_url, json};

/// The largest number that counting tells (reference §3.4).
pub const MAX_COUNT: i64 = 5_000;

/// `@odata.count` is not the only way to ask for a total.
const TOTAL: &str = "Microsoft.Dynamics.CRM.totalrecordcount";
const TOTAL_EXCEEDED: &str = "Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded";

/// The rows that a request is about.
#[derive(Clone, Copy)]
pub enum Rows<'a> {
    /// All rows of a table.
    Of(&'a Table),
    /// The rows that a collection-valued navigation property leads to from one row.
    Related {
        /// The id of that row.
        id: Uuid,
        /// The navigation property.
        navigation: &'a Navigation,
    },
}

/// A statement under construction: its table, its parameters so far, and what narrows it.
pub(super) struct Scan<'a> {
    pub(super) table: &'a Table,
    pub(super) compiler: Compiler<'a>,
    pub(super) conditions: Vec<String>,
}

impl<'a> Rows<'a> {
    /// The table of the rows.
    ///
    /// # Errors
    /// 404 when it is no part of this organisation.
    pub fn table(self, schema: &'a Schema) -> Result<&'a Table, SimError> {
        match self {
            Self::Of(table) => Ok(table),
            Self::Related { navigation, .. } => Ok(related(schema, navigation, "?", ROOT)?.table),
        }
    }

    pub(super) fn scan(self, context: &'a OrgContext<'_>) -> Result<Scan<'a>, SimError> {
        let scene = Scene {
            schema: &context.schema,
            now: context.now,
            caller: context.caller,
        };
        match self {
            Self::Of(table) => Ok(Scan {
                table,
                compiler: Compiler::new(scene, table),
                conditions: Vec::new(),
            }),
            Self::Related { id, navigation } => {
                let related = related(scene.schema, navigation, "?", ROOT)?;
                let mut compiler = Compiler::over_related(scene, &related);
                compiler.parameters.push(guid(id));
                Ok(Scan {
                    table: related.table,
                    compiler,
                    conditions: vec![related.condition],
                })
            }
        }
    }
}

impl Scan<'_> {
    pub(super) fn filter(&mut self, options: &Options) -> Result<(), SimError> {
        if let Some(filter) = &options.filter {
            self.conditions.push(self.compiler.condition(filter)?);
        }
        Ok(())
    }

    /// Leaves out what a token says was on earlier pages, and tells the number of this page.
    pub(super) fn begin_after(
        &mut self,
        options: &Options,
        terms: &[Term],
    ) -> Result<u32, SimError> {
        let Some(token) = &options.skip_token else {
            return Ok(1);
        };
        let place = cookie::decode(token)?;
        let values = place_values(terms, &place.last).ok_or_else(cookie::malformed)?;
        let (condition, parameters) = after(terms, &values);
        self.conditions.push(condition);
        self.compiler.parameters.extend(parameters);
        Ok(place.next_page)
    }

    pub(super) fn where_clause(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }

    /// Counts up to one more than [`MAX_COUNT`].
    fn count_statement(&self) -> String {
        format!(
            "SELECT count(*) FROM (SELECT 1 FROM {}{} LIMIT {})",
            self.compiler.source(),
            self.where_clause(),
            MAX_COUNT + 1
        )
    }
}

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

/// Begins an answer: its context and its totals.
pub fn head(
    body: &mut Vec<u8>,
    context: &OrgContext<'_>,
    request: &ODataRequest,
    about: &str,
    total: Option<i64>,
) {
    body.push(b'{');
    if request.metadata_level != MetadataLevel::None {
        json::text_member(
            body,
            "@odata.context",
            &format!("{}/$metadata#{about}", context.service_root),
        );
    }
    let member = |body: &mut Vec<u8>, name: &str, number: i64| {
        json::separate(body);
        body.extend_from_slice(&json::key(name));
        json::value(body, &number);
    };
    if let Some(total) = total {
        member(body, "@odata.count", total.min(MAX_COUNT));
    }
    if request.preferences.annotations.includes(TOTAL) {
        member(
            body,
            &format!("@{TOTAL}"),
            total.map_or(-1, |total| total.min(MAX_COUNT)),
        );
    }
    if request.preferences.annotations.includes(TOTAL_EXCEEDED) {
        json::separate(body);
        body.extend_from_slice(&json::key(&format!("@{TOTAL_EXCEEDED}")));
        json::value(body, &total.is_some_and(|total| total > MAX_COUNT));
    }
    if request.preferences.annotations.includes(GLOBAL_VERSION) {
        let version = context.schema.global_version();
        json::text_member(body, &format!("@{GLOBAL_VERSION}"), &version);
    }
}

/// Begins an answer up to its first row.
pub(super) fn begin(
    body: &mut Vec<u8>,
    context: &OrgContext<'_>,
    request: &ODataRequest,
    about: &str,
    total: Option<i64>,
) {
    head(body, context, request, about, total);
    json::separate(body);
    body.extend_from_slice(b"\"value\":[");
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

/// The address of the page that a token stands for: the request's own, with another token.
pub fn next_page(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    options: &Options,
    token: &str,
) -> String {
    let (root, path) = (&context.service_root, &request.path);
    let separator = if options.repeated.is_empty() { "" } else { "&" };
    format!(
        "{root}/{path}?{}{separator}$skiptoken={token}",
        options.repeated
    )
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

/// Runs a statement that counts.
///
/// # Errors
/// When SQLite fails.
pub fn counted(
    context: &OrgContext<'_>,
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached(&scoped(context, sql)?)?
        .query_row(params_from_iter(parameters), |row| row.get(0))?)
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
