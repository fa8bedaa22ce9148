//! Contract types into the host's own, and back. Nothing is decided here.

use super::exports::manifest as wit;
use super::types;
use crate::about::{
    About, Action, ConnectionKind, Delivery, Grant, Oauth, Placement, Traits, Trigger,
};
use crate::error::{ConnectorError, Failure, FieldError, HostError};
use serde_json::Value;
use std::time::Duration;

/// The manifest, with its schemas parsed.
pub(crate) fn describe(about: wit::About) -> Result<About, HostError> {
    Ok(About {
        name: about.name,
        title: about.title,
        version: about.version,
        description: about.description,
        connections: about
            .connections
            .into_iter()
            .map(connection_kind)
            .collect::<Result<_, _>>()?,
        actions: about
            .actions
            .into_iter()
            .map(action)
            .collect::<Result<_, _>>()?,
        triggers: about
            .triggers
            .into_iter()
            .map(trigger)
            .collect::<Result<_, _>>()?,
    })
}

fn schema(of: &str, text: &str) -> Result<Value, HostError> {
    let schema: Value = serde_json::from_str(text).map_err(|error| {
        HostError::Component(format!("the schema of {of} is not valid JSON: {error}"))
    })?;
    if schema.is_object() || schema.is_boolean() {
        Ok(schema)
    } else {
        Err(HostError::Component(format!(
            "the schema of {of} is neither an object nor a boolean"
        )))
    }
}

fn connection_kind(kind: wit::ConnectionKind) -> Result<ConnectionKind, HostError> {
    Ok(ConnectionKind {
        grant: match kind.grant {
            wit::Grant::ClientCredentials => Grant::ClientCredentials,
            wit::Grant::AuthorizationCode => Grant::AuthorizationCode,
            wit::Grant::DeviceCode => Grant::DeviceCode,
            wit::Grant::ApiKey => Grant::ApiKey,
            wit::Grant::Basic => Grant::Basic,
            wit::Grant::None => Grant::None,
        },
        oauth: kind.oauth.map(|oauth| Oauth {
            token_url: oauth.token_url,
            authorize_url: oauth.authorize_url,
            device_url: oauth.device_url,
            scopes: oauth.scopes,
        }),
        placement: match kind.placement {
            wit::Placement::Bearer => Placement::Bearer,
            wit::Placement::Header(name) => Placement::Header(name),
            wit::Placement::Query(name) => Placement::Query(name),
            wit::Placement::Basic => Placement::Basic,
            wit::Placement::Nowhere => Placement::Nowhere,
        },
        settings: schema(&format!("{}'s settings", kind.name), &kind.settings)?,
        secrets: schema(&format!("{}'s secrets", kind.name), &kind.secrets)?,
        name: kind.name,
        title: kind.title,
        description: kind.description,
        hosts: kind.hosts,
    })
}

fn action(action: wit::Action) -> Result<Action, HostError> {
    let has = |flag| action.traits.contains(flag);
    Ok(Action {
        traits: Traits {
            read_only: has(wit::Traits::READ_ONLY),
            idempotent: has(wit::Traits::IDEMPOTENT),
            destructive: has(wit::Traits::DESTRUCTIVE),
            pipes: has(wit::Traits::PIPES),
            deprecated: has(wit::Traits::DEPRECATED),
        },
        input: schema(&format!("{}'s input", action.name), &action.input)?,
        output: schema(&format!("{}'s output", action.name), &action.output)?,
        name: action.name,
        aliases: action.aliases,
        title: action.title,
        description: action.description,
        group: action.group,
    })
}

fn trigger(trigger: wit::Trigger) -> Result<Trigger, HostError> {
    Ok(Trigger {
        delivery: match trigger.delivery {
            wit::Delivery::Polling => Delivery::Polling,
            wit::Delivery::Webhook => Delivery::Webhook,
        },
        config: schema(
            &format!("{}'s configuration", trigger.name),
            &trigger.config,
        )?,
        payload: schema(&format!("{}'s payload", trigger.name), &trigger.payload)?,
        name: trigger.name,
        aliases: trigger.aliases,
        title: trigger.title,
        description: trigger.description,
        default_interval_ms: trigger.default_interval_ms,
    })
}

fn failure(failure: types::Failure) -> Failure {
    Failure {
        message: failure.message,
        status: failure.status,
        code: failure.code,
        request_id: failure.request_id,
    }
}

/// What a connector answered instead of a result.
pub(crate) fn connector_error(error: types::Error) -> ConnectorError {
    match error {
        types::Error::InvalidInput(errors) => ConnectorError::InvalidInput(
            errors
                .into_iter()
                .map(|error| FieldError {
                    pointer: error.pointer,
                    message: error.message,
                })
                .collect(),
        ),
        types::Error::Unauthenticated(said) => ConnectorError::Unauthenticated(failure(said)),
        types::Error::Forbidden(said) => ConnectorError::Forbidden(failure(said)),
        types::Error::NotFound(said) => ConnectorError::NotFound(failure(said)),
        types::Error::Conflict(said) => ConnectorError::Conflict(failure(said)),
        types::Error::Throttled(throttle) => ConnectorError::Throttled {
            failure: failure(throttle.failure),
            retry_after_ms: throttle.retry_after_ms,
        },
        types::Error::Unavailable(said) => ConnectorError::Unavailable(failure(said)),
        types::Error::Rejected(said) => ConnectorError::Rejected(failure(said)),
        types::Error::CursorExpired(said) => ConnectorError::CursorExpired(failure(said)),
        types::Error::Internal(message) => ConnectorError::Internal(message),
    }
}

/// An action's request as the contract carries it.
pub(crate) fn request(
    connection: types::Connection,
    action: String,
    input: String,
    idempotency_key: Option<String>,
    may_be_done: bool,
    deadline: Duration,
) -> super::exports::actions::Request {
    super::exports::actions::Request {
        connection,
        action,
        input,
        idempotency_key,
        may_be_done,
        deadline_ms: Some(u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX)),
    }
}
