//! One row by its id: `GET accounts(id)`, and the body of `return=representation`.
//!
//! Layer: read.

use http::StatusCode;
use rusqlite::Connection;
use uuid::Uuid;

use crate::http::{Condition, MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::{Compiler, ROOT, Scene};
use crate::query::options::{Address, Options};
use crate::rows::StoreError;
use crate::rows::storage::encoding::guid;
use crate::rows::storage::layout::{VERSION, quoted};
use crate::schema::Table;
use crate::security::{hidden, scoped};

use super::builder::{Builder, Shape};
use super::node::Wanted;
use super::plan::Plan;
use super::record::Writer;
use super::rules::{MAX_PAGE, Rules};
use super::{context_url, json};

/// A row in JSON.
pub struct Representation {
    /// The digits of its ETag.
    pub version: i64,
    /// The record with its context.
    pub body: Vec<u8>,
}

/// Answers `GET` for a row, with 304 where the caller's version is current.
///
/// # Errors
/// 404 for no such row, 400 for what the query names and the table lacks.
pub fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    id: Uuid,
) -> Result<Response, SimError> {
    let options = Options::parse(request.query.as_deref(), Address::Row)?;
    let found = context
        .organisation
        .rows
        .database()
        .read(|connection| represent(context, request, connection, table, id, &options))?;
    let Some(found) = found else {
        return Err(hidden(context, table, id));
    };
    // Only a plain row of a table with versions can be "not modified" (reference §2.2).
    let comparable = table.optimistic_concurrency
        && options.expand.is_empty()
        && request.preferences.annotations.is_empty();
    let etag = etag(found.version);
    let current = match &request.conditions.if_none_match {
        Some(Condition::Version(version)) => *version == found.version.to_string(),
        _ => false,
    };
    if comparable && current {
        return Ok(Response::empty(StatusCode::NOT_MODIFIED).with_header("etag", &etag));
    }
    let response = Response::json(StatusCode::OK, found.body, request.metadata_level)
        .with_header("etag", &etag);
    Ok(preferences_applied(response, request, &[]))
}

/// The row as the request wants it; `None` when there is none.
///
/// # Errors
/// 400 for what the query names and the table lacks.
pub fn represent(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    connection: &Connection,
    table: &Table,
    id: Uuid,
    options: &Options,
) -> Result<Option<Representation>, SimError> {
    let wanted = Wanted::of(request);
    let rows = &context.organisation.rows;
    let build = || plan(context, request, table, wanted, options);
    let plan = if options.expand.is_empty() {
        rows.plans().get_or_build(
            &context.schema,
            &table.logical_name,
            options.select_text.as_deref(),
            wanted,
            build,
        )?
    } else {
        std::sync::Arc::new(build()?)
    };
    let mut statement = connection
        .prepare_cached(&scoped(context, &plan.sql)?)
        .map_err(StoreError::from)?;
    let mut found = statement.query([guid(id)]).map_err(StoreError::from)?;
    let Some(row) = found.next().map_err(StoreError::from)? else {
        return Ok(None);
    };
    let mut body = Vec::with_capacity(2_048);
    body.push(b'{');
    if request.metadata_level != MetadataLevel::None {
        let root = &context.service_root;
        json::text_member(
            &mut body,
            "@odata.context",
            &format!("{root}/$metadata#{}/$entity", plan.context),
        );
    }
    let writer = Writer {
        context,
        connection,
        service_root: &context.service_root,
    };
    writer.members(&plan.node, row, &mut body)?;
    body.push(b'}');
    let version = row
        .get_ref(plan.version)
        .ok()
        .and_then(|value| value.as_i64().ok())
        .unwrap_or_default();
    Ok(Some(Representation { version, body }))
}

fn plan(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    wanted: Wanted,
    options: &Options,
) -> Result<Plan, SimError> {
    let scene = Scene {
        schema: &context.schema,
        now: context.now,
        caller: context.caller,
    };
    let mut compiler = Compiler::new(scene, table);
    let page_size = page_size(request);
    let expansion = Rules::of(&options.expand, page_size);
    let mut builder = Builder {
        compiler: &mut compiler,
        columns: Vec::new(),
        wanted,
        expansion,
    };
    let version = builder.slot(format!("{ROOT}.{VERSION}"));
    let node = builder.node(Shape {
        table,
        alias: ROOT,
        select: options.select.as_deref(),
        expand: &options.expand,
        also: Vec::new(),
    })?;
    let columns = builder.columns.join(",");
    let sql = format!(
        "SELECT {columns} FROM {} WHERE {ROOT}.{} = ?",
        compiler.source(),
        quoted(&table.primary_id)
    );
    let selection = context_url::selection(options.select.as_deref(), &options.expand);
    Ok(Plan {
        sql,
        node,
        version,
        context: format!("{}{selection}", table.entity_set_name),
    })
}

/// Rows of a page that the caller asks for and may have.
pub fn page_size(request: &ODataRequest) -> usize {
    request
        .preferences
        .max_page_size
        .and_then(|size| usize::try_from(size).ok())
        .map_or(MAX_PAGE, |size| size.min(MAX_PAGE))
}

/// `W/"123"`.
pub fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Adds `Preference-Applied` for the preferences that were honoured.
pub fn preferences_applied(
    response: Response,
    request: &ODataRequest,
    also: &[String],
) -> Response {
    let mut applied = also.to_vec();
    let annotations = &request.preferences.annotations;
    if !annotations.is_empty() {
        applied.push(format!(
            "odata.include-annotations=\"{}\"",
            annotations.as_str()
        ));
    }
    if applied.is_empty() {
        response
    } else {
        response.with_header("preference-applied", &applied.join(","))
    }
}
