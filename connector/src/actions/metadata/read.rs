//! Reads definitions as they are now: the service's own cache lags about half a minute behind a change.

use airlock_connector::{Error, Transport};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{session::Session, tables::label::Label, webapi::ApiRequest};

#[derive(Deserialize)]
struct List {
    value: Vec<Map<String, Value>>,
}

/// One definition. `prepares` says that another request follows.
pub(super) async fn one<T: Transport>(
    session: &Session<T>,
    resource: &str,
    query: &str,
    prepares: bool,
) -> Result<Map<String, Value>, Error> {
    ask(session, resource, query, prepares).await?.json()
}

/// All definitions at a place; they have no pages.
pub(super) async fn list<T: Transport>(
    session: &Session<T>,
    resource: &str,
    query: &str,
    prepares: bool,
) -> Result<Vec<Map<String, Value>>, Error> {
    let found: List = ask(session, resource, query, prepares).await?.json()?;
    Ok(found.value)
}

async fn ask<T: Transport>(
    session: &Session<T>,
    resource: &str,
    query: &str,
    prepares: bool,
) -> Result<crate::webapi::Reply, Error> {
    let client = session.client();
    let mut call = ApiRequest::get(client.base().url(resource, query)?);
    call.prepares = prepares;
    let strong = ("consistency".to_owned(), "Strong".to_owned());
    call.options.extra.push(strong);
    client.send(call).await
}

/// A text of a definition.
pub(super) fn text<'a>(definition: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    definition.get(name)?.as_str()
}

/// Whether a definition says yes, in itself or in a managed property.
pub(super) fn yes(definition: &Map<String, Value>, name: &str) -> bool {
    flag(definition, name).unwrap_or(false)
}

/// What a definition says by yes or no, in itself or in a managed property.
pub(super) fn flag(definition: &Map<String, Value>, name: &str) -> Option<bool> {
    match definition.get(name)? {
        Value::Object(managed) => managed.get("Value")?.as_bool(),
        plain => plain.as_bool(),
    }
}

/// A label in the caller's language.
pub(super) fn label(definition: &Map<String, Value>, name: &str) -> Option<String> {
    let label: Label = serde_json::from_value(definition.get(name)?.clone()).ok()?;
    label.text().map(str::to_owned)
}

/// The value within a member such as `{"Value": "StringType"}`.
pub(super) fn inner<'a>(definition: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    definition.get(name)?.get("Value")?.as_str()
}

/// The list of names that goes into a query, or none.
pub(super) fn option(name: &str, names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| format!("{name}={}", names.join(",")))
}

/// Output of an action that gives one definition.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DefinitionShown {
    /// The definition, in the service's own names.
    pub(super) definition: Map<String, Value>,
}
