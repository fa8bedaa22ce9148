//! `GET …/$value` of a file or image column, whole or by range (reference §8.1, §8.2).
//!
//! Layer: rows.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{StatusCode, header};
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::rows::StoreError;
use crate::rows::storage::draft::load;

use super::chunk;
use super::column::{BLOCK, FileColumn};
use super::contents::{self, Stored};
use super::names;

/// Headers that scripts in browsers may read.
const EXPOSED: &str = "x-ms-file-size; x-ms-file-name; mimetype";

/// Answers a download: 204 for a column without a file.
///
/// # Errors
/// 416 for a range beyond the file, 404 for no such row.
pub fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    column: FileColumn<'_>,
    row: Uuid,
) -> Result<Response, SimError> {
    let table = column.table;
    let database = context.organisation.rows.database();
    let (found, kept) = database.read(|connection| {
        let found = load(connection, table, row)?;
        Ok::<_, StoreError>((found, contents::find(connection, column.of(row))?))
    })?;
    let (draft, _) = found.ok_or_else(|| SimError::row_not_found(&table.logical_name, row))?;
    let Some(kept) = kept else {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    };
    let is_full = names::option(request, "size").is_some_and(|size| size == "full");
    let thumbnail = column.is_image() && !is_full;
    let bytes = if thumbnail {
        let text = draft.text(table, &column.column.logical_name);
        text.and_then(|text| BASE64_STANDARD.decode(text).ok())
    } else {
        kept.bytes.clone()
    };
    let Some(bytes) = bytes else {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    };
    let size = bytes.len();
    let answer = match request.header("range") {
        None => Response::of_type(StatusCode::OK, "application/octet-stream", bytes),
        Some(text) => part(text, bytes)?,
    };
    let answer = described(answer, &kept);
    Ok(if thumbnail {
        answer
    } else {
        answer.with_header("x-ms-file-size", &size.to_string())
    })
}

/// Answers a range of a column without `$value`: the same as Base64 in JSON, and where to go on.
///
/// # Errors
/// As for [`get`].
pub fn get_encoded(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    column: FileColumn<'_>,
    row: Uuid,
) -> Result<Response, SimError> {
    let answer = get(context, request, column, row)?;
    if answer.status != StatusCode::PARTIAL_CONTENT {
        return Ok(answer);
    }
    let place = format!(
        "{}({row})/{}",
        column.table.entity_set_name, column.column.logical_name
    );
    let root = &context.service_root;
    let body = serde_json::json!({
        "@odata.context": format!("{root}/$metadata#{place}"),
        "value": BASE64_STANDARD.encode(&answer.body),
    });
    let mut encoded = Response::json(answer.status, body.to_string(), request.metadata_level);
    for (name, value) in &answer.headers {
        if name != header::CONTENT_TYPE {
            encoded.headers.append(name, value.clone());
        }
    }
    Ok(encoded.with_header("location", &format!("{root}/{place}?size=full")))
}

fn part(text: &str, bytes: Vec<u8>) -> Result<Response, SimError> {
    let size = bytes.len();
    let range = chunk::range(text, size).ok_or_else(|| {
        SimError::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "0x80040203",
            format!("The range '{text}' is not within the {size} bytes of the file."),
        )
    })?;
    let shown = format!(
        "bytes {}-{}/{size}",
        range.start,
        range.end.saturating_sub(1)
    );
    let bytes = bytes.get(range).map(<[u8]>::to_vec).unwrap_or_default();
    let answer = Response::of_type(
        StatusCode::PARTIAL_CONTENT,
        "application/octet-stream",
        bytes,
    );
    Ok(answer
        .with_header("content-range", &shown)
        .with_header("x-ms-chunk-size", &BLOCK.to_string()))
}

fn described(answer: Response, file: &Stored) -> Response {
    answer
        .with_header("x-ms-file-name", &names::header(&file.name))
        .with_header("mimetype", &file.media_type)
        .with_header("content-disposition", &names::disposition(&file.name))
        .with_header("access-control-expose-headers", EXPOSED)
}
