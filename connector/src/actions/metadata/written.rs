//! What became of a definition, and the requests that make and remove one.

use airlock_connector::{Error, IdempotencyKey, Transport, declare::Traits, http::Method};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::change::to_bytes;
use crate::{
    session::Session,
    webapi::{ApiRequest, CallOptions, reply},
};

/// Of an action that makes a definition. Its name is taken from then on, so a repeat makes no second one; but
/// nobody could tell whose the first is, so no key is promised anything.
pub(super) const NEW: Traits = Traits {
    read_only: false,
    idempotent: false,
    destructive: false,
};

/// Output of an action that changes definitions.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// `created`, `updated`, `deleted`, or `unchanged` where all of it was so already.
    pub(super) outcome: &'static str,
    /// Id of the definition that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Logical name of what was made or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// Whether applications were shown the change too. The Web API knows it either way.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) published: bool,
}

impl Output {
    /// Of `name`, with what became of it.
    pub(super) fn of(outcome: &'static str, name: impl Into<String>) -> Self {
        Self {
            outcome,
            name: Some(name.into()),
            ..Self::default()
        }
    }

    /// Of a definition that was changed unless it was so already.
    pub(super) fn changed(changed: bool, name: impl Into<String>) -> Self {
        Self::of(if changed { "updated" } else { "unchanged" }, name)
    }
}

/// Posts `body` to `resource`. The id of what it made, where the service tells one.
pub(super) async fn post<T: Transport>(
    session: &Session<T>,
    resource: &str,
    body: &Map<String, Value>,
    options: &CallOptions,
) -> Result<(Option<String>, Map<String, Value>), Error> {
    let url = session.client().base().url(resource, "")?;
    let call = ApiRequest::new(Method::Post, url)
        .with_options(options)
        .with_body(to_bytes(body)?);
    let reply = session.client().send(call).await?;
    session.catalog().forget();
    let told = match reply.body.is_empty() {
        true => Map::new(),
        false => reply.json()?,
    };
    let id = reply::row_id(&reply.headers).map(|id| id.to_string());
    Ok((id, told))
}

/// Removes the definition at `resource`.
pub(super) async fn delete<T: Transport>(
    session: &Session<T>,
    resource: &str,
    options: &CallOptions,
) -> Result<(), Error> {
    let url = session.client().base().url(resource, "")?;
    let call = ApiRequest::new(Method::Delete, url).with_options(options);
    session.client().send(call).await?;
    session.catalog().forget();
    Ok(())
}

/// A removal that may have been carried out before under the same key, and is not there any more, is done.
pub(super) fn gone(
    result: Result<(), Error>,
    repeat: Option<IdempotencyKey<'_>>,
) -> Result<(), Error> {
    match result {
        Err(Error::NotFound(_) | Error::InvalidInput(_))
            if repeat.is_some_and(|key| key.may_be_done) =>
        {
            Ok(())
        }
        result => result,
    }
}

/// A schema name, which begins with the prefix of a publisher.
pub(super) fn prefixed(name: &str, pointer: &str) -> Result<(), Error> {
    let prefix = name.split_once('_').map(|(prefix, _)| prefix);
    let fits = prefix.is_some_and(|prefix| {
        prefix.starts_with(|first: char| first.is_ascii_alphabetic())
            && prefix.chars().all(|c| c.is_ascii_alphanumeric())
    });
    if fits && crate::webapi::names::is_identifier(name) {
        return Ok(());
    }
    Err(Error::invalid(
        pointer,
        format!(
            "`{name}` is no name for something new: it begins with the prefix of a publisher and an underscore, such as new_Boat"
        ),
    ))
}
