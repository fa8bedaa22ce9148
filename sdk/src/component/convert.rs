//! How the types of this crate become the contract's, and decide nothing.

use std::time::Duration;

use super::bindings::exports::airlock::connector::{actions, discovery, manifest, triggers};
use super::time::milliseconds;
use crate::{
    Connector, Transport, declare,
    dialect::{self, Operation},
};

pub(super) use super::bindings::airlock::connector::types::{
    Connection, Error, Failure, FieldError, Throttle,
};

impl From<Connection> for crate::Connection {
    fn from(connection: Connection) -> Self {
        Self {
            id: connection.id,
            settings: connection.settings,
        }
    }
}

/// The connection of a request, the call, and how long it may last.
pub(super) fn split(
    request: actions::Request,
) -> (
    crate::Connection,
    crate::dispatch::Invocation,
    Option<Duration>,
) {
    let call = crate::dispatch::Invocation {
        action: request.action,
        input: request.input,
        idempotency_key: request.idempotency_key,
        may_be_done: request.may_be_done,
    };
    let time = request.deadline_ms.map(Duration::from_millis);
    (request.connection.into(), call, time)
}

impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Self {
        use crate::Error as E;
        match error {
            E::InvalidInput(faults) => {
                Self::InvalidInput(faults.into_iter().map(FieldError::from).collect())
            }
            E::Unauthenticated(failure) => Self::Unauthenticated(failure.into()),
            E::Forbidden(failure) => Self::Forbidden(failure.into()),
            E::NotFound(failure) => Self::NotFound(failure.into()),
            E::Conflict(failure) => Self::Conflict(failure.into()),
            E::Throttled {
                failure,
                retry_after,
            } => Self::Throttled(Throttle {
                failure: failure.into(),
                retry_after_ms: retry_after.map(milliseconds),
            }),
            E::Unavailable(failure) => Self::Unavailable(failure.into()),
            E::Rejected(failure) => Self::Rejected(failure.into()),
            E::CursorExpired(failure) => Self::CursorExpired(failure.into()),
            E::Internal(text) => Self::Internal(text),
        }
    }
}

impl From<crate::FieldError> for FieldError {
    fn from(fault: crate::FieldError) -> Self {
        Self {
            pointer: fault.pointer,
            message: fault.message,
        }
    }
}

impl From<crate::Failure> for Failure {
    fn from(failure: crate::Failure) -> Self {
        Self {
            message: failure.message,
            status: failure.status,
            code: failure.code,
            request_id: failure.request_id,
        }
    }
}

impl From<crate::Choice> for discovery::Choice {
    fn from(choice: crate::Choice) -> Self {
        Self {
            value: choice.value.to_string(),
            label: choice.label,
        }
    }
}

/// Everything that the connector `C` says of itself.
pub(super) fn about<C: Connector, T: Transport>() -> manifest::About {
    let identity = C::IDENTITY;
    manifest::About {
        name: identity.name.to_owned(),
        title: identity.title.to_owned(),
        version: identity.version.to_owned(),
        description: identity.description.to_owned(),
        connections: C::connections().into_iter().map(Into::into).collect(),
        actions: actions_of::<C, T>(),
        triggers: C::triggers::<T>().iter().map(trigger).collect(),
    }
}

impl From<declare::ConnectionKind> for manifest::ConnectionKind {
    fn from(kind: declare::ConnectionKind) -> Self {
        Self {
            name: kind.name.to_owned(),
            title: kind.title.to_owned(),
            description: kind.description.to_owned(),
            grant: match kind.grant {
                declare::Grant::ClientCredentials => manifest::Grant::ClientCredentials,
                declare::Grant::AuthorizationCode => manifest::Grant::AuthorizationCode,
                declare::Grant::DeviceCode => manifest::Grant::DeviceCode,
                declare::Grant::ApiKey => manifest::Grant::ApiKey,
                declare::Grant::Basic => manifest::Grant::Basic,
                declare::Grant::None => manifest::Grant::None,
            },
            oauth: kind.oauth.map(Into::into),
            placement: match kind.placement {
                declare::Placement::Bearer => manifest::Placement::Bearer,
                declare::Placement::Header(name) => manifest::Placement::Header(name.to_owned()),
                declare::Placement::Query(name) => manifest::Placement::Query(name.to_owned()),
                declare::Placement::Basic => manifest::Placement::Basic,
                declare::Placement::Nowhere => manifest::Placement::Nowhere,
            },
            hosts: owned(&kind.hosts),
            settings: kind.settings.to_string(),
            secrets: kind.secrets.to_string(),
        }
    }
}

impl From<declare::Oauth> for manifest::Oauth {
    fn from(oauth: declare::Oauth) -> Self {
        Self {
            token_url: oauth.token_url.to_owned(),
            authorize_url: oauth.authorize_url.map(str::to_owned),
            device_url: oauth.device_url.map(str::to_owned),
            scopes: owned(&oauth.scopes),
        }
    }
}

/// Every action, and behind them what stands for one.
fn actions_of<C: Connector, T: Transport>() -> Vec<manifest::Action> {
    let own = C::actions::<T>();
    let mut all: Vec<manifest::Action> = own.iter().map(action).collect();
    for one in C::operations().iter().copied().flatten() {
        let behind = own
            .iter()
            .find(|entry| entry.declaration.name == one.action);
        all.extend(behind.map(|entry| operation(one, entry)));
    }
    all
}

fn operation<S: crate::Service, T: Transport>(
    operation: &Operation,
    behind: &crate::ActionEntry<S, T>,
) -> manifest::Action {
    manifest::Action {
        name: operation.qualified(),
        aliases: vec![operation.name.to_owned()],
        title: operation.title.to_owned(),
        description: operation.description.to_owned(),
        input: dialect::input(operation, &(behind.input)()).to_string(),
        output: dialect::output(operation, &(behind.output)()).to_string(),
        // It answers at once, as its system does.
        traits: action(behind).traits & !manifest::Traits::PIPES,
        dialect: Some(manifest::Dialect {
            system: operation.system.to_owned(),
            operation: operation.name.to_owned(),
            stands_for: operation.action.to_owned(),
        }),
        group: behind.declaration.group.to_owned(),
    }
}

fn action<S: crate::Service, T: Transport>(entry: &crate::ActionEntry<S, T>) -> manifest::Action {
    let declaration = entry.declaration;
    manifest::Action {
        name: declaration.name.to_owned(),
        aliases: owned(declaration.aliases),
        title: declaration.title.to_owned(),
        description: declaration.description.to_owned(),
        group: declaration.group.to_owned(),
        input: (entry.input)().to_string(),
        output: (entry.output)().to_string(),
        traits: traits(&declaration),
        dialect: None,
    }
}

fn traits(declaration: &declare::Declaration) -> manifest::Traits {
    use manifest::Traits as T;
    let when = |holds: bool, flag: T| if holds { flag } else { T::empty() };
    when(declaration.traits.read_only, T::READ_ONLY)
        | when(declaration.traits.idempotent, T::IDEMPOTENT)
        | when(declaration.traits.destructive, T::DESTRUCTIVE)
        | when(declaration.streams.any(), T::PIPES)
}

fn trigger<S: crate::Service, T: Transport>(
    entry: &crate::TriggerEntry<S, T>,
) -> manifest::Trigger {
    let declaration = entry.declaration;
    let (delivery, interval) = match declaration.delivery {
        declare::Delivery::Polling(interval) => (manifest::Delivery::Polling, Some(interval)),
        declare::Delivery::Webhook => (manifest::Delivery::Webhook, None),
    };
    manifest::Trigger {
        name: declaration.name.to_owned(),
        aliases: owned(declaration.aliases),
        title: declaration.title.to_owned(),
        description: declaration.description.to_owned(),
        delivery,
        config: (entry.config)().to_string(),
        payload: (entry.payload)().to_string(),
        default_interval_ms: interval.map(milliseconds),
    }
}

impl From<crate::Event> for triggers::Event {
    fn from(event: crate::Event) -> Self {
        Self {
            id: event.id,
            kind: event.kind,
            occurred_at: event.occurred_at,
            payload: event.payload,
        }
    }
}

impl From<crate::Page> for triggers::Page {
    fn from(page: crate::Page) -> Self {
        Self {
            events: page.events.into_iter().map(Into::into).collect(),
            cursor: page.cursor,
            more: page.more,
            missed: page.missed,
        }
    }
}

impl From<crate::Registration> for triggers::Registration {
    fn from(registration: crate::Registration) -> Self {
        Self {
            handle: registration.handle,
            expires_at: registration.expires_at,
        }
    }
}

/// Where a poll starts.
pub(super) fn start(start: &triggers::Start) -> crate::Start<'_> {
    match start {
        triggers::Start::Now => crate::Start::Now,
        triggers::Start::Since(time) => crate::Start::Since(time),
        triggers::Start::Cursor(cursor) => crate::Start::Cursor(cursor),
        triggers::Start::Expired(cursor) => crate::Start::Expired(cursor),
    }
}

impl From<triggers::HttpRequest> for crate::Callback {
    fn from(request: triggers::HttpRequest) -> Self {
        Self {
            method: request.method,
            path_with_query: request.path_with_query,
            headers: request.headers,
            body: request.body,
        }
    }
}

impl From<crate::Receipt> for triggers::Receipt {
    fn from(receipt: crate::Receipt) -> Self {
        Self {
            status: receipt.status,
            headers: receipt.headers,
            body: receipt.body,
            events: receipt.events.into_iter().map(Into::into).collect(),
        }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
