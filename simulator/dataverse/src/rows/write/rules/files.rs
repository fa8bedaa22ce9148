//! Columns with files and pictures: thumbnails, companions, and the bytes that nothing points at any more.
//!
//! Layer: write (reference §8).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use uuid::Uuid;

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::files::column::{most, too_large};
use crate::rows::files::contents::{self, Holder, Stored};
use crate::rows::files::picture::thumbnail;
use crate::rows::storage::draft::Draft;
use crate::rows::write::facts::Facts;
use crate::schema::{Column, ColumnKind, Table};

/// .NET counts its ticks of 100 nanoseconds from the year 1.
const TICKS_BEFORE_1970: i64 = 621_355_968_000_000_000;

/// Completes what a write puts into such columns.
///
/// # Errors
/// 400 for a picture that cannot be read or is too large, or is given on create and is not the row's own.
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    let Cell::Guid(row) = *draft.named(table, &table.primary_id) else {
        return Ok(Vec::new());
    };
    let mut filled = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let holds = matches!(
            column.kind,
            ColumnKind::File { .. } | ColumnKind::Image { .. }
        );
        let is_touched = match changed {
            _ if !holds => false,
            None => *draft.cell(index) != Cell::Null,
            Some(changed) => changed.contains(&index),
        };
        if !is_touched {
            continue;
        }
        let of = Holder {
            table: &table.logical_name,
            row,
            column: &column.logical_name,
        };
        if let ColumnKind::Image {
            can_store_full,
            is_primary,
            ..
        } = column.kind
        {
            if changed.is_none() && !is_primary {
                return Err(not_on_create(column));
            }
            filled.extend(picture(
                table,
                draft,
                (index, column),
                of,
                can_store_full,
                facts,
            )?);
        } else {
            filled.extend(file(table, draft, index, of, facts)?);
        }
    }
    Ok(filled)
}

fn file(
    table: &Table,
    draft: &mut Draft,
    index: usize,
    of: Holder<'_>,
    facts: &Facts<'_>,
) -> Result<Option<usize>, SimError> {
    let now = match draft.cell(index) {
        Cell::Guid(id) => Some(*id),
        _ => None,
    };
    contents::forget_others(facts.connection(), facts.schema, of, now)?;
    Ok(match now {
        Some(_) => None,
        None => draft.set_named(table, &format!("{}_name", of.column), Cell::Null),
    })
}

fn picture(
    table: &Table,
    draft: &mut Draft,
    (index, column): (usize, &Column),
    of: Holder<'_>,
    can_store_full: bool,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    contents::forget_others(facts.connection(), facts.schema, of, None)?;
    let mut companions = [Cell::Null, Cell::Null, Cell::Null];
    if let Cell::Text(text) = draft.cell(index) {
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| {
            SimError::invalid_argument(format!("The value of '{}' must be Base64.", of.column))
        })?;
        if bytes.len() > most(column) {
            return Err(too_large());
        }
        let small = thumbnail(&bytes)?;
        let id = Uuid::new_v4();
        let stored = Stored {
            id,
            name: of.column.to_owned(),
            media_type: "application/octet-stream".to_owned(),
            bytes: can_store_full.then_some(bytes),
        };
        contents::keep(facts.connection(), of, &stored)?;
        let ticks = facts
            .origin
            .now
            .unix_timestamp()
            .saturating_mul(10_000_000)
            .saturating_add(TICKS_BEFORE_1970);
        let url = format!(
            "/Image/download.aspx?Entity={}&Attribute={}&Id={id}&Timestamp={ticks}",
            of.table, of.column
        );
        draft.set(index, Cell::Text(BASE64_STANDARD.encode(small)));
        companions = [Cell::Guid(id), Cell::Integer(ticks), Cell::Text(url)];
    }
    let [id, timestamp, url] = companions;
    let filled = [
        draft.set_named(table, &format!("{}id", of.column), id),
        draft.set_named(table, &format!("{}_timestamp", of.column), timestamp),
        draft.set_named(table, &format!("{}_url", of.column), url),
    ];
    Ok(filled.into_iter().flatten().chain([index]).collect())
}

fn not_on_create(column: &Column) -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80090487",
        format!(
            "Non-primary image attribute {} is not allowed to upload during Create operation.",
            column.logical_name
        ),
    )
}
