//! One question to the service's search, and its answer in either version as one and the same.

use airlock_connector::{Error, Transport, http::Method};
use serde_json::{Map, Value, json};

use super::{
    parameters::Parameters,
    version::{Question, Version},
};
use crate::{
    actions::options::names,
    session::Session,
    webapi::{ApiRequest, CallOptions, Safety},
};

/// The service's code for an organisation without search.
const SWITCHED_OFF: &str = "0x80048d0b";

/// The logical names of `tables`, found by metadata.
pub(super) async fn tables<T: Transport>(
    session: &Session<T>,
    given: Option<&[String]>,
) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for (index, name) in names(given.unwrap_or_default()).iter().enumerate() {
        let table = session.table(name, &format!("/tables/{index}")).await?;
        found.push(table.name.to_string());
    }
    Ok(found)
}

/// Asks the service; the answer's members are named as in version 1.0.
pub(super) async fn ask<T: Transport>(
    session: &Session<T>,
    (question, version): (Question, Version),
    parameters: &Parameters,
    options: &CallOptions,
) -> Result<Map<String, Value>, Error> {
    let base = session.client().base();
    let url = match version {
        Version::First => base.own(question.path(), "")?,
        Version::Second => base.url(question.operation(), "")?,
    };
    let body = parameters.body(question, version).to_string();
    let mut call = ApiRequest::new(Method::Post, url)
        .with_options(options)
        .with_body(body.into_bytes());
    // It only reads.
    call.safety = Some(Safety::Repeatable);
    let answer = session.client().send(call).await.map_err(explained)?;
    let answer: Value = answer.json()?;
    Ok(match version {
        Version::First => members(answer),
        Version::Second => renamed(members(written(answer)?)),
    })
}

fn explained(error: Error) -> Error {
    match error.failure().is_some_and(|failure| failure.has_code(SWITCHED_OFF)) {
        true => error.noting(
            "search is switched off in this organisation: an administrator switches it on in the Power Platform admin center (environment, Settings, Product, Features, Search); list-rows with `filter` works without it",
        ),
        false => error,
    }
}

/// What version 2.0 writes into the text `response`.
fn written(answer: Value) -> Result<Value, Error> {
    match answer.get("response") {
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|error| {
            Error::Internal(format!("the answer of the search is not JSON: {error}"))
        }),
        _ => Ok(answer),
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The members of version 2.0 under the names of version 1.0.
fn renamed(mut answer: Map<String, Value>) -> Map<String, Value> {
    let mut first = Map::new();
    for (second, name) in [
        ("Facets", "facets"),
        ("Count", "totalrecordcount"),
        ("QueryContext", "querycontext"),
    ] {
        if let Some(value) = answer.remove(second).filter(|value| !value.is_null()) {
            first.insert(name.to_owned(), value);
        }
    }
    let value = match answer.remove("Value") {
        Some(Value::Array(items)) => Value::Array(items.into_iter().map(item).collect()),
        Some(other) => other,
        None => Value::Null,
    };
    first.insert("value".to_owned(), value);
    first
}

/// A hit, or a suggestion with its row.
fn item(value: Value) -> Value {
    let mut given = members(value);
    if let Some(document) = given.remove("Document") {
        let text = given.remove("Text").unwrap_or_default();
        return json!({ "text": text, "document": document });
    }
    let mut row = Map::new();
    for (second, name) in [
        ("EntityName", "@search.entityname"),
        ("Id", "@search.objectid"),
        ("ObjectTypeCode", "@search.objecttypecode"),
        ("Score", "@search.score"),
        ("Highlights", "@search.highlights"),
    ] {
        if let Some(value) = given.remove(second) {
            row.insert(name.to_owned(), value);
        }
    }
    // The type code stands among the attributes, and 0 beside them.
    row.extend(members(given.remove("Attributes").unwrap_or_default()));
    Value::Object(row)
}
