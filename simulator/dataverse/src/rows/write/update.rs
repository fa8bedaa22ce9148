//! Changes rows: `PATCH accounts(id)` in all its moods, and a single property by `PUT` or `DELETE`.
//!
//! Layer: write (reference §2.3, §2.4).

use http::StatusCode;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::{Address, Options};
use crate::rows::Cell;
use crate::rows::key::RowKey;
use crate::rows::storage::draft::load;
use crate::schema::{RequiredLevel, Table};

use super::answer::{created, no_content, refuse, representation};
use super::apply::apply;
use super::maker::Maker;
use super::payload::{Members, Payload, Purpose};
use super::precondition::{Verdict, check_version, judge};
use super::{coerce, errors, terms};

/// Answers `PATCH` on a row: update, or create when there is none and no header forbids it. `address` is the row's part of
/// the URL, which the answer repeats for an alternate key.
///
/// # Errors
/// Every refusal of an upsert, in the service's words.
pub fn patch(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    key: RowKey,
    address: &str,
) -> Result<Response, SimError> {
    refuse(table, "Update")?;
    let mut options = Options::parse(request.query.as_deref(), Address::Row)?;
    let members = Members::parse(table, &request.body)?;
    let rows = &context.organisation.rows;
    let answer = rows.database().write(|write| {
        let found = match key.find(write, table)? {
            Some(id) => load(write, table, id)?.map(|(draft, version)| (id, draft, version)),
            None => None,
        };
        let by_key = matches!(key, RowKey::Alternate(_)).then_some(address);
        match (
            judge(
                table,
                &request.conditions,
                found.as_ref().map(|(_, _, version)| *version),
            )?,
            found,
        ) {
            (Verdict::Update, Some((id, draft, _))) => {
                let mut payload = Payload::understand(table, &members, &Purpose::Update)?;
                // What the URL says about the row is no change to it.
                if let RowKey::Alternate(cells) = &key {
                    cells.iter().for_each(|(index, _)| payload.forget(*index));
                }
                apply(context, request, write, table, id, draft, payload)?;
                terms::include_row(context, request, table, id)?;
                if !request.preferences.return_representation {
                    return Ok(no_content(context, table, id, by_key));
                }
                // Documented: an update ignores `$expand`.
                options.expand = Vec::new();
                representation(context, request, write, table, id, &options, StatusCode::OK)
            }
            (Verdict::Create, _) => {
                let payload = Payload::understand(table, &members, &Purpose::Create)?;
                let id = Maker::new(context, request, write).create_addressed(
                    table,
                    key.clone(),
                    payload,
                )?;
                terms::include_row(context, request, table, id)?;
                created(context, request, write, table, id, &options, by_key)
            }
            _ => Err(key.not_found(table)),
        }
    })?;
    rows.written(table);
    Ok(answer)
}

/// Answers `PUT accounts(id)/name` with a body of `{"value":…}`, and `DELETE accounts(id)/name` when `body` is `None`.
///
/// # Errors
/// 404 for no such row, 400 for a value that does not fit.
pub fn property(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    id: Uuid,
    name: &str,
    body: Option<&[u8]>,
) -> Result<Response, SimError> {
    refuse(table, "Update")?;
    let index = table
        .property_index(name)
        .ok_or_else(|| SimError::unknown_segment(name))?;
    let column = table
        .columns
        .get(index)
        .ok_or_else(|| SimError::unknown_segment(name))?;
    if column.is_lookup() {
        return Err(errors::lookup_value());
    }
    let cell = match body {
        None => Cell::Null,
        Some(body) => {
            let members = Members::parse(table, body)?;
            let value = members
                .get("value")
                .ok_or_else(|| errors::unknown_property(table, "value"))?;
            coerce::cell(table, column, value)?
        }
    };
    if !column.valid_for_update {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    }
    if cell == Cell::Null && column.required == RequiredLevel::System {
        return Err(errors::required());
    }
    let rows = &context.organisation.rows;
    rows.database().write(|write| {
        let found = load(write, table, id)?;
        let (draft, version) =
            found.ok_or_else(|| SimError::row_not_found(&table.logical_name, id))?;
        check_version(table, request.conditions.if_match.as_ref(), version)?;
        let payload = Payload {
            cells: vec![(index, cell)],
            ..Payload::default()
        };
        apply(context, request, write, table, id, draft, payload)
    })?;
    rows.written(table);
    Ok(Response::empty(StatusCode::NO_CONTENT))
}
