//! From what a person says of a call to its request.

use airlock_connector::{Error, Transport, http::Method};
use serde_json::{Map, Value};

use super::{
    arguments::{Argument, Arguments},
    literal::literal,
};
use crate::{
    operations::{
        find::On,
        model::{Kind, Operation, Operations},
    },
    session::Session,
    tables::Freshness,
    webapi::{ApiRequest, CallOptions},
};

/// A call as an input says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) kind: Kind,
    pub(super) name: &'a str,
    pub(super) table: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) key: Option<&'a Map<String, Value>>,
    pub(super) parameters: Option<&'a Map<String, Value>>,
}

/// The request that a call is.
pub(super) async fn prepare<T: Transport>(
    session: &Session<T>,
    said: Said<'_>,
    options: &CallOptions,
) -> Result<ApiRequest, Error> {
    let started = session.transport().now();
    let (table, key) = session.called_on(said.table, said.id, said.key).await?;
    let on = On {
        table: table.as_ref().map(|table| table.name.as_str()),
        row: key.is_some(),
    };
    let (client, catalog) = (session.client(), session.catalog());
    let mut operations = catalog.operations(client, Freshness::Cached).await?;
    if operations.find(said.kind, said.name, on).is_err() {
        // It may be younger than what is remembered.
        operations = catalog
            .operations(client, Freshness::Since(started))
            .await?;
    }
    let operation = operations.find(said.kind, said.name, on)?;
    let none = Map::new();
    let arguments = Arguments::new(session, &operations, said.kind)
        .read(operation, said.parameters.unwrap_or(&none))
        .await?;

    let (path, query) = match (&table, &key) {
        (Some(table), Some(key)) => key.address(&table.set, ""),
        (Some(table), None) => (table.set.to_string(), String::new()),
        (None, _) => (String::new(), String::new()),
    };
    let mut resource = match operation.binding {
        Some(_) => format!("{path}/{}.{}", operations.namespace, operation.name),
        None => operation.name.clone(),
    };
    let mut query: Vec<String> = Some(query)
        .filter(|query| !query.is_empty())
        .into_iter()
        .collect();
    match said.kind {
        Kind::Function => {
            resource.push_str(&in_parentheses(&operations, &arguments, &mut query));
            let url = client.base().url(&resource, &query.join("&"))?;
            Ok(ApiRequest::get(url).with_options(options))
        }
        Kind::Action => {
            let url = client.base().url(&resource, &query.join("&"))?;
            let call = ApiRequest::new(Method::Post, url).with_options(options);
            Ok(call.with_body(body(operation, arguments)?))
        }
    }
}

/// The parameters of a function: their values stand in the query, as the service wants dates and texts.
fn in_parentheses(
    operations: &Operations,
    arguments: &[Argument<'_>],
    query: &mut Vec<String>,
) -> String {
    let mut names = Vec::with_capacity(arguments.len());
    for (index, (parameter, value)) in arguments.iter().enumerate() {
        // Keys of rows use `@p1` and so on.
        let alias = format!("@a{}", index + 1);
        names.push(format!("{}={alias}", parameter.name));
        query.push(format!(
            "{alias}={}",
            literal(operations, &parameter.of, value)
        ));
    }
    format!("({})", names.join(","))
}

fn body(operation: &Operation, arguments: Vec<Argument<'_>>) -> Result<Vec<u8>, Error> {
    if operation.parameters.is_empty() {
        return Ok(b"{}".to_vec());
    }
    let body: Map<String, Value> = arguments
        .into_iter()
        .map(|(parameter, value)| (parameter.name.clone(), value))
        .collect();
    serde_json::to_vec(&body).map_err(|error| Error::Internal(error.to_string()))
}
