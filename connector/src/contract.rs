//! The contract's generated bindings, and how the domain's types become the contract's.

#[allow(clippy::all, clippy::pedantic, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({ path: "../wit/0.1", world: "connector" });
}

pub(crate) use bindings::*;

use exports::airlock::connector::{discovery, manifest};

use crate::{manifest::about, webapi};

pub(crate) use airlock::connector::types::{Connection, Error, Failure, FieldError, Throttle};

impl From<webapi::Error> for Error {
    fn from(error: webapi::Error) -> Self {
        use webapi::Error as E;
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
                retry_after_ms: retry_after
                    .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            }),
            E::Unavailable(failure) => Self::Unavailable(failure.into()),
            E::Rejected(failure) => Self::Rejected(failure.into()),
            E::CursorExpired(failure) => Self::CursorExpired(failure.into()),
            E::Internal(text) => Self::Internal(text),
        }
    }
}

impl From<webapi::FieldError> for FieldError {
    fn from(fault: webapi::FieldError) -> Self {
        Self {
            pointer: fault.pointer,
            message: fault.message,
        }
    }
}

impl From<webapi::Failure> for Failure {
    fn from(failure: webapi::Failure) -> Self {
        Self {
            message: failure.message,
            status: failure.status,
            code: failure.code,
            request_id: failure.request_id,
        }
    }
}

impl From<crate::discovery::Choice> for discovery::Choice {
    fn from(choice: crate::discovery::Choice) -> Self {
        Self {
            value: choice.value.to_string(),
            label: choice.label,
        }
    }
}

impl From<about::About> for manifest::About {
    fn from(about: about::About) -> Self {
        Self {
            name: about.name.to_owned(),
            title: about.title.to_owned(),
            version: about.version.to_owned(),
            description: about.description.to_owned(),
            connections: about.connections.into_iter().map(Into::into).collect(),
            actions: about.actions.into_iter().map(Into::into).collect(),
            triggers: about
                .triggers
                .into_iter()
                .map(|trigger| match trigger {})
                .collect(),
        }
    }
}

impl From<about::ConnectionKind> for manifest::ConnectionKind {
    fn from(kind: about::ConnectionKind) -> Self {
        Self {
            name: kind.name.to_owned(),
            title: kind.title.to_owned(),
            description: kind.description.to_owned(),
            grant: match kind.grant {
                about::Grant::ClientCredentials => manifest::Grant::ClientCredentials,
                about::Grant::AuthorizationCode => manifest::Grant::AuthorizationCode,
                about::Grant::DeviceCode => manifest::Grant::DeviceCode,
            },
            oauth: Some(kind.oauth.into()),
            placement: manifest::Placement::Bearer,
            hosts: owned(&kind.hosts),
            settings: kind.settings.to_string(),
            secrets: kind.secrets.to_string(),
        }
    }
}

impl From<about::Oauth> for manifest::Oauth {
    fn from(oauth: about::Oauth) -> Self {
        Self {
            token_url: oauth.token_url.to_owned(),
            authorize_url: oauth.authorize_url.map(str::to_owned),
            device_url: oauth.device_url.map(str::to_owned),
            scopes: owned(&oauth.scopes),
        }
    }
}

impl From<about::Action> for manifest::Action {
    fn from(action: about::Action) -> Self {
        let declaration = action.declaration;
        Self {
            name: declaration.name.to_owned(),
            aliases: owned(declaration.aliases),
            title: declaration.title.to_owned(),
            description: declaration.description.to_owned(),
            group: declaration.group.to_owned(),
            input: action.input.to_string(),
            output: action.output.to_string(),
            traits: declaration.traits.into(),
        }
    }
}

impl From<about::Traits> for manifest::Traits {
    fn from(traits: about::Traits) -> Self {
        let when = |holds: bool, flag: Self| if holds { flag } else { Self::empty() };
        when(traits.read_only, Self::READ_ONLY)
            | when(traits.idempotent, Self::IDEMPOTENT)
            | when(traits.destructive, Self::DESTRUCTIVE)
            | when(traits.pipes, Self::PIPES)
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
