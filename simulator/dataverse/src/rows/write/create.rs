//! `POST accounts`, and how every write answers.
//!
//! Layer: write. Everything happens in one transaction; the first refusal leaves nothing behind.

use serde_json::value::RawValue;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::{Address, Options};
use crate::schema::Table;

use super::answer::{created, refuse};
use super::associate::End;
use super::errors;
use super::maker::Maker;
use super::payload::{Members, Payload, Purpose};
use super::terms;

/// Answers `POST` on an entity set.
///
/// # Errors
/// Every refusal of a create, in the service's words.
pub fn post(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
) -> Result<Response, SimError> {
    refuse(table, "Create")?;
    let options = Options::parse(request.query.as_deref(), Address::Row)?;
    let members = Members::parse(table, &request.body)?;
    let rows = &context.organisation.rows;
    let answer = rows.database().write(|write| {
        let maker = Maker::new(context, request, write);
        let payload = Payload::understand(table, &members, &Purpose::Create)?;
        let id = maker.create(table, payload, 0)?;
        terms::include_row(context, request, table, id)?;
        created(context, request, write, table, id, &options, None)
    })?;
    rows.written(table);
    Ok(answer)
}

/// Answers `POST accounts(id)/Account_Tasks`: makes a row that is related to another from the start.
///
/// # Errors
/// Every refusal of a create, 404 for no such row to relate it to.
pub fn post_related(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    end: &End<'_>,
    table: &Table,
) -> Result<Response, SimError> {
    let options = Options::parse(request.query.as_deref(), Address::Row)?;
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Err(errors::no_body(table));
    }
    let body: &RawValue =
        serde_json::from_slice(&request.body).map_err(|error| errors::not_json(table, error))?;
    let rows = &context.organisation.rows;
    let answer = rows.database().write(|write| {
        let maker = Maker::new(context, request, write);
        let id = maker.child(end.table, end.id, end.navigation, body, 0)?;
        created(context, request, write, table, id, &options, None)
    })?;
    rows.written(table);
    Ok(answer)
}
