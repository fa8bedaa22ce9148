//! Contract types into the host's own, and back. Nothing is decided here.

use super::bounds::{Bounds, FEW, OPERATIONS};
use super::exports::manifest as wit;
use super::types;
use crate::about::{
    About, Action, ConnectionKind, Delivery, Dialect, Grant, Oauth, Placement, Traits, Trigger,
};
use crate::error::{ConnectorError, Failure, FieldError, HostError};
use http::HeaderName;
use std::time::Duration;

/// The manifest, bounded and fit to be shown, with its schemas parsed.
pub(crate) fn describe(about: wit::About) -> Result<About, HostError> {
    let bounds = &mut Bounds::new();
    Bounds::count("ways to connect", about.connections.len(), FEW)?;
    Bounds::count("actions", about.actions.len(), OPERATIONS)?;
    Bounds::count("triggers", about.triggers.len(), OPERATIONS)?;
    Ok(About {
        name: bounds.name("the name that it gives itself", about.name)?,
        title: bounds.line("its title", about.title)?,
        version: bounds.line("its version", about.version)?,
        description: bounds.text("its description", about.description)?,
        connections: about
            .connections
            .into_iter()
            .map(|kind| connection_kind(bounds, kind))
            .collect::<Result<_, _>>()?,
        actions: about
            .actions
            .into_iter()
            .map(|it| action(bounds, it))
            .collect::<Result<_, _>>()?,
        triggers: about
            .triggers
            .into_iter()
            .map(|it| trigger(bounds, it))
            .collect::<Result<_, _>>()?,
    })
}

fn connection_kind(
    bounds: &mut Bounds,
    kind: wit::ConnectionKind,
) -> Result<ConnectionKind, HostError> {
    let name = bounds.name("a way to connect", kind.name)?;
    Ok(ConnectionKind {
        grant: match kind.grant {
            wit::Grant::ClientCredentials => Grant::ClientCredentials,
            wit::Grant::AuthorizationCode => Grant::AuthorizationCode,
            wit::Grant::DeviceCode => Grant::DeviceCode,
            wit::Grant::ApiKey => Grant::ApiKey,
            wit::Grant::Basic => Grant::Basic,
            wit::Grant::None => Grant::None,
        },
        oauth: kind.oauth.map(|it| oauth(bounds, it)).transpose()?,
        placement: match kind.placement {
            wit::Placement::Bearer => Placement::Bearer,
            wit::Placement::Header(header) => {
                let header = bounds.line("the header of its credential", header)?;
                Placement::Header(field(&name, header)?)
            }
            wit::Placement::Query(parameter) => {
                Placement::Query(bounds.line("the parameter of its credential", parameter)?)
            }
            wit::Placement::Basic => Placement::Basic,
            wit::Placement::Nowhere => Placement::Nowhere,
        },
        settings: bounds.schema(&format!("{name}'s settings"), &kind.settings)?,
        secrets: bounds.schema(&format!("{name}'s secrets"), &kind.secrets)?,
        title: bounds.line(&format!("{name}'s title"), kind.title)?,
        description: bounds.text(&format!("{name}'s description"), kind.description)?,
        hosts: bounds.lines(&format!("{name}'s hosts"), kind.hosts)?,
        name,
    })
}

fn oauth(bounds: &mut Bounds, oauth: wit::Oauth) -> Result<Oauth, HostError> {
    let mut url = |url| bounds.line("a URL to sign in at", url);
    Ok(Oauth {
        token_url: url(oauth.token_url)?,
        authorize_url: oauth.authorize_url.map(&mut url).transpose()?,
        device_url: oauth.device_url.map(&mut url).transpose()?,
        scopes: bounds.lines("scopes", oauth.scopes)?,
    })
}

/// A header field that a credential may be put into: with one that frames the message, or names the
/// host, the authority that chooses the credential would choose how the service reads the request.
fn field(kind: &str, name: String) -> Result<String, HostError> {
    let may = HeaderName::from_bytes(name.as_bytes())
        .is_ok_and(|name| airlock_egress::may_carry_credential(&name));
    if may {
        return Ok(name);
    }
    Err(HostError::Component(format!(
        "its connection kind {kind} puts the credential into the header field \"{}\", which cannot carry one",
        name.escape_debug()
    )))
}

fn action(bounds: &mut Bounds, action: wit::Action) -> Result<Action, HostError> {
    let has = |flag| action.traits.contains(flag);
    let name = bounds.name("an action", action.name)?;
    Ok(Action {
        traits: Traits {
            read_only: has(wit::Traits::READ_ONLY),
            idempotent: has(wit::Traits::IDEMPOTENT),
            destructive: has(wit::Traits::DESTRUCTIVE),
            pipes: has(wit::Traits::PIPES),
            deprecated: has(wit::Traits::DEPRECATED),
        },
        input: bounds.schema(&format!("{name}'s input"), &action.input)?,
        output: bounds.schema(&format!("{name}'s output"), &action.output)?,
        aliases: bounds.names(&format!("{name}'s alias"), action.aliases)?,
        title: bounds.line(&format!("{name}'s title"), action.title)?,
        description: bounds.text(&format!("{name}'s description"), action.description)?,
        group: bounds.line(&format!("{name}'s group"), action.group)?,
        dialect: action.dialect.map(|it| dialect(bounds, it)).transpose()?,
        name,
    })
}

fn dialect(bounds: &mut Bounds, dialect: wit::Dialect) -> Result<Dialect, HostError> {
    Ok(Dialect {
        system: bounds.name("a system", dialect.system)?,
        operation: bounds.name("an operation", dialect.operation)?,
        stands_for: bounds.name("an action", dialect.stands_for)?,
    })
}

fn trigger(bounds: &mut Bounds, trigger: wit::Trigger) -> Result<Trigger, HostError> {
    let name = bounds.name("a trigger", trigger.name)?;
    Ok(Trigger {
        delivery: match trigger.delivery {
            wit::Delivery::Polling => Delivery::Polling,
            wit::Delivery::Webhook => Delivery::Webhook,
        },
        config: bounds.schema(&format!("{name}'s configuration"), &trigger.config)?,
        payload: bounds.schema(&format!("{name}'s payload"), &trigger.payload)?,
        aliases: bounds.names(&format!("{name}'s alias"), trigger.aliases)?,
        title: bounds.line(&format!("{name}'s title"), trigger.title)?,
        description: bounds.text(&format!("{name}'s description"), trigger.description)?,
        default_interval_ms: trigger.default_interval_ms,
        name,
    })
}

fn failure(failure: types::Failure) -> Failure {
    Failure {
        message: failure.message,
        status: failure.status,
        code: failure.code,
        request_id: failure.request_id,
        refused_by_host: false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_placed_in_no_field_that_frames_or_steers() {
        for name in [
            "content-length",
            "Transfer-Encoding",
            "connection",
            "te",
            "expect",
            "upgrade",
            "host",
            "accept-encoding",
            "airlock-prepares",
            "x-http-method-override",
            "no name",
            "",
        ] {
            let error = field("odd", name.to_owned()).unwrap_err().to_string();
            assert!(error.contains("odd") && error.contains(name), "{error}");
        }
        for name in ["authorization", "X-Api-Key", "x-vendor-session"] {
            assert_eq!(field("usual", name.to_owned()).unwrap(), name);
        }
    }
}
