//! A single property: `GET accounts(id)/name` and `…/name/$value`.
//!
//! Layer: read.

use http::StatusCode;
use rusqlite::{OptionalExtension, types::Value};
use uuid::Uuid;

use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::compile::{Compiler, ROOT, Scene};
use crate::rows::StoreError;
use crate::rows::storage::encoding::guid;
use crate::rows::storage::layout::quoted;
use crate::schema::Table;
use crate::security::{hidden, scoped};

use super::builder::{Builder, Shape};
use super::json;
use super::node::{Show, Wanted};
use super::rules::Rules;
use super::value::write_value;

/// Answers `GET` for a property; `raw` is `/$value`. A property without value is 204.
///
/// # Errors
/// 404 for no such row.
pub fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    id: Uuid,
    name: &str,
    raw: bool,
) -> Result<Response, SimError> {
    if table.property(name).is_none() {
        return Err(SimError::unknown_segment(name));
    }
    let scene = Scene {
        schema: &context.schema,
        now: context.now,
        caller: context.caller,
    };
    let mut compiler = Compiler::new(scene, table);
    let wanted = Wanted {
        formatted: false,
        lookup_table: false,
        navigation: false,
        etag: false,
        full: false,
    };
    let expansion = Rules::of(&[], 1);
    let mut builder = Builder {
        compiler: &mut compiler,
        columns: Vec::new(),
        wanted,
        expansion,
    };
    let select = [name.to_owned()];
    let node = builder.node(Shape {
        table,
        alias: ROOT,
        select: Some(&select),
        expand: &[],
        also: Vec::new(),
    })?;
    let columns = builder.columns.join(",");
    let field = node
        .fields
        .first()
        .ok_or_else(|| SimError::unknown_segment(name))?;
    let sql = format!(
        "SELECT {columns} FROM {} WHERE {ROOT}.{} = ?",
        compiler.source(),
        quoted(&table.primary_id)
    );
    let found = context.organisation.rows.database().read(|connection| {
        let slot = field.slot.unwrap_or_default();
        let value = connection
            .prepare_cached(&scoped(context, &sql)?)?
            .query_row([guid(id)], |row| row.get::<_, Value>(slot))
            .optional()?;
        Ok::<_, StoreError>(value)
    })?;
    let value = found.ok_or_else(|| hidden(context, table, id))?;
    if value == Value::Null {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    }
    let mut written = Vec::new();
    write_value(field.show, (&value).into(), &mut written);
    if raw {
        let text = match (field.show, value) {
            (Show::Text, Value::Text(text)) => text.into_bytes(),
            _ => written.into_iter().filter(|byte| *byte != b'"').collect(),
        };
        return Ok(Response::of_type(StatusCode::OK, "text/plain", text));
    }
    let mut body = vec![b'{'];
    if request.metadata_level != MetadataLevel::None {
        let (root, set) = (&context.service_root, &table.entity_set_name);
        json::text_member(
            &mut body,
            "@odata.context",
            &format!("{root}/$metadata#{set}({id})/{name}"),
        );
    }
    json::separate(&mut body);
    body.extend_from_slice(b"\"value\":");
    body.extend_from_slice(&written);
    body.push(b'}');
    Ok(Response::json(StatusCode::OK, body, request.metadata_level))
}
