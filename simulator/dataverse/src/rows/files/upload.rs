//! `PATCH` and `PUT` on a file or image column: a whole file at once, or a session of chunks (reference §8.1).
//!
//! Layer: rows.

use http::StatusCode;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::{OrgContext, Transfer, TransferPlace, Transferred};

use super::chunk::content_range;
use super::column::{BLOCK, FileColumn, ONE_REQUEST, too_large};
use super::keep::{NewFile, keep};
use super::names;

/// The query option that names a session.
const SESSION: &str = "sessiontoken";

/// Answers an upload.
///
/// # Errors
/// 400 for a file that the column does not take and for chunks that do not fit together, 403, 404.
pub fn put(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    column: FileColumn<'_>,
    row: Uuid,
) -> Result<Response, SimError> {
    if let Some(token) = names::option(request, SESSION) {
        return chunk(context, request, column, row, &token);
    }
    let name = names::given(request)?;
    if request.header("x-ms-transfer-mode") == Some("chunked") {
        return begin(context, request, column, row, name);
    }
    if request.body.len() >= ONE_REQUEST {
        return Err(too_large());
    }
    let file = NewFile {
        name: &name,
        media_type: None,
        bytes: &request.body,
    };
    keep(context, request, column, row, &file)?;
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

/// Opens a session. The address of the answer is where the chunks go.
fn begin(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    column: FileColumn<'_>,
    row: Uuid,
    name: String,
) -> Result<Response, SimError> {
    column.check(context, &name, 0)?;
    let token = context.organisation.transfers().begin(Transfer {
        caller: context.caller.user_id,
        place: place(column, row),
        name,
        content: Transferred::Chunks(Vec::new()),
    });
    let (root, path) = (&context.service_root, &request.path);
    Ok(Response::empty(StatusCode::OK)
        .with_header("location", &format!("{root}/{path}?{SESSION}={token}"))
        .with_header("x-ms-chunk-size", &BLOCK.to_string())
        .with_header("accept-ranges", "bytes")
        .with_header("access-control-expose-headers", "x-ms-chunk-size"))
}

/// Takes a chunk. One that came before may come again, so that a broken upload goes on where it broke.
fn chunk(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    column: FileColumn<'_>,
    row: Uuid,
    token: &str,
) -> Result<Response, SimError> {
    let caller = context.caller.user_id;
    let transfers = context.organisation.transfers();
    let range = request.header("content-range").and_then(content_range);
    let (range, total) = range.ok_or_else(|| {
        SimError::invalid_argument("A chunk must have a Content-Range of the form 'bytes 0-9/10'.")
    })?;
    if total > column.most() {
        return Err(too_large());
    }
    if range.len() != request.body.len() || range.len() > BLOCK {
        return Err(SimError::invalid_argument(format!(
            "The chunk has {} bytes, its Content-Range {} and no chunk more than {BLOCK}.",
            request.body.len(),
            range.len()
        )));
    }
    let is_whole = transfers
        .with(token, caller, |transfer| {
            let Transferred::Chunks(bytes) = &mut transfer.content else {
                return Err(unknown());
            };
            if transfer.place != place(column, row) {
                return Err(unknown());
            }
            if range.start > bytes.len() {
                return Err(SimError::invalid_argument(format!(
                    "The chunk begins at {} and {} bytes have come so far.",
                    range.start,
                    bytes.len()
                )));
            }
            bytes.truncate(range.start);
            bytes.extend_from_slice(&request.body);
            Ok(bytes.len() == total)
        })
        .ok_or_else(unknown)??;
    if !is_whole {
        return Ok(Response::empty(StatusCode::PARTIAL_CONTENT)
            .with_header("x-ms-chunk-size", &BLOCK.to_string()));
    }
    let transfer = transfers.take(token, caller).ok_or_else(unknown)?;
    let Transferred::Chunks(bytes) = transfer.content else {
        return Err(unknown());
    };
    let file = NewFile {
        name: &transfer.name,
        media_type: None,
        bytes: &bytes,
    };
    keep(context, request, column, row, &file)?;
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

fn place(column: FileColumn<'_>, row: Uuid) -> TransferPlace {
    TransferPlace {
        table: column.table.logical_name.clone(),
        row,
        column: column.column.logical_name.clone(),
    }
}

fn unknown() -> SimError {
    SimError::invalid_argument("The upload session is not known or has ended.")
}
