//! Many rows of one table in one request: CreateMultiple, UpdateMultiple, UpsertMultiple, DeleteMultiple.
//!
//! Layer: operations (reference §4.4). Each row goes the way of a single one, so that everything that holds for a create holds
//! here. Standard tables are all or nothing; elastic ones keep what succeeded and tell what did not.

mod elastic;
mod item;

use bytes::Bytes;
use http::{Method, header};
use serde_json::json;
use uuid::Uuid;

use crate::http::SimError;
use crate::schema::Table;

use super::declaration::{ANY, Parameter, ValueType};
use super::operation::Operation;
use super::{Answer, Call};
use elastic::Outcome;
use item::{Item, items};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("CreateMultiple", create)
            .on_every_set()
            .takes_many("Targets", ANY)
            .gives(vec![Parameter::many("Ids", ValueType::Guid)]),
        Operation::action("UpdateMultiple", update)
            .on_every_set()
            .takes_many("Targets", ANY),
        // The service declares an UpsertMultipleResponse and never sends it.
        Operation::action("UpsertMultiple", upsert)
            .on_every_set()
            .takes_many("Targets", ANY),
        Operation::action("DeleteMultiple", delete)
            .on_every_set()
            .takes_many("Targets", ANY),
    ]
}

fn create(call: &Call<'_>) -> Result<Answer, SimError> {
    let table = call.set()?;
    let items = items(call, table)?;
    let outcomes = each(table, &items, |item| call.create(table, item.body()))?;
    let ids: Vec<Uuid> = outcomes
        .into_iter()
        .flat_map(|outcome| outcome.id)
        .collect();
    Ok(Answer::Members(json!({ "Ids": ids })))
}

fn update(call: &Call<'_>) -> Result<Answer, SimError> {
    let table = call.set()?;
    let items = items(call, table)?;
    item::refuse_repetition(&items)?;
    each(table, &items, |item| {
        item.address(table).ok_or_else(item::no_id)?;
        write(call, table, item, true)
    })?;
    Ok(Answer::Nothing)
}

fn upsert(call: &Call<'_>) -> Result<Answer, SimError> {
    let table = call.set()?;
    let items = items(call, table)?;
    item::refuse_repetition(&items)?;
    each(table, &items, |item| match item.address(table) {
        Some(_) => write(call, table, item, false),
        // Without any key there is nothing to look for.
        None => call.create(table, item.body()),
    })?;
    Ok(Answer::Nothing)
}

fn delete(call: &Call<'_>) -> Result<Answer, SimError> {
    let table = call.set()?;
    if !table.is_elastic {
        return Err(SimError::new(
            http::StatusCode::NOT_IMPLEMENTED,
            "0x80040216",
            "DeleteMultiple has not yet been implemented.",
        ));
    }
    let items = items(call, table)?;
    each(table, &items, |item| {
        let address = item.address(table).ok_or_else(item::no_id)?;
        let headers = call.inherited_headers();
        call.send(Method::DELETE, &address, headers, Bytes::new())?;
        Ok(item.id.unwrap_or_default())
    })?;
    Ok(Answer::Nothing)
}

/// Updates a row, or makes it where that is allowed.
fn write(call: &Call<'_>, table: &Table, item: &Item, must_exist: bool) -> Result<Uuid, SimError> {
    let mut headers = call.inherited_headers();
    if must_exist {
        headers.insert(header::IF_MATCH, header::HeaderValue::from_static("*"));
    }
    let address = item.address(table).unwrap_or_default();
    call.send(Method::PATCH, &address, headers, item.body())?;
    Ok(item.id.unwrap_or_default())
}

/// Does the same with every item: until the first refusal on a standard table, with all of them on an elastic one.
fn each(
    table: &Table,
    items: &[Item],
    mut work: impl FnMut(&Item) -> Result<Uuid, SimError>,
) -> Result<Vec<Outcome>, SimError> {
    if table.is_elastic {
        return elastic::each(items, work);
    }
    items
        .iter()
        .map(|item| work(item).map(Outcome::done))
        .collect()
}
