//! How every write answers, and which messages a table has no answer for.
//!
//! Layer: write.

use super::errors;
use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::Options;
use crate::rows::read::retrieve::{etag, preferences_applied, represent};
use crate::rows::storage::database::Write;
use crate::rows::storage::unions::is_union;
use crate::schema::{Table, messages};
use http::StatusCode;
use uuid::Uuid;

/// The answer to a row made: 204 with its address, or 201 with the row. `address` is the row's part of the URL when it is
/// not the primary id.
///
/// # Errors
/// 400 when the representation names what the table lacks.
pub fn created(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    options: &Options,
    address: Option<&str>,
) -> Result<Response, SimError> {
    if request.preferences.return_representation {
        return representation(
            context,
            request,
            write,
            table,
            id,
            options,
            StatusCode::CREATED,
        );
    }
    Ok(no_content(context, table, id, address))
}

/// 204 with the address of the row.
pub fn no_content(
    context: &OrgContext<'_>,
    table: &Table,
    id: Uuid,
    address: Option<&str>,
) -> Response {
    let row = address.map_or_else(|| format!("{}({id})", table.entity_set_name), str::to_owned);
    let url = format!("{}/{row}", context.service_root);
    Response::empty(StatusCode::NO_CONTENT)
        .with_header("odata-entityid", &url)
        .with_header("location", &url)
}

/// The row as it is now.
///
/// # Errors
/// 400 when the query names what the table lacks.
pub fn representation(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    options: &Options,
    status: StatusCode,
) -> Result<Response, SimError> {
    let found = represent(context, request, write, table, id, options)?;
    let found = found.ok_or_else(|| SimError::row_not_found(&table.logical_name, id))?;
    let response = Response::json(status, found.body, request.metadata_level)
        .with_header("etag", &etag(found.version));
    Ok(preferences_applied(
        response,
        request,
        &["return=representation".to_owned()],
    ))
}

/// Refuses a message that a table does not support.
///
/// # Errors
/// 405 for intersect tables and for the unions of others, 400 for tables whose rows come into being otherwise.
pub fn refuse(table: &Table, message: &str) -> Result<(), SimError> {
    if table.is_intersect || is_union(&table.logical_name) {
        return Err(SimError::method_not_allowed(format!(
            "The entity '{}' cannot be created, updated or deleted; use $ref on its navigation properties.",
            table.logical_name
        )));
    }
    if !messages::supports(table, message) {
        return Err(errors::unsupported(table, message));
    }
    Ok(())
}
