//! Why something did not succeed: facts, a sentence for people, a class that a caller can act on and a
//! code for programs. No flag and no command stands here: whoever talks to a person adds those.

mod busy;
mod code;
mod connection;
mod connector;

pub use busy::{Busy, Counted};
pub use code::ErrorCode;
pub use connection::{ConnectionFault, Errand, SignInWay};
pub use connector::{ConnectorError, Failure, FieldError};

use crate::config::fault::ConfigFault;
use crate::idempotency::IdempotencyError;
use crate::names::{listed, nearest, shortened};
use airlock_auth::AuthError;
use airlock_egress::{EgressError, RefusalCode};
use airlock_store::{ConnectionName, StoreError};
use connector::fields;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What a caller can do about an error. The command line maps each to one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// The request is wrong; change it.
    Input,
    /// The credential was refused; renew it.
    Credentials,
    /// The service understood and refused.
    Refused,
    /// Something needed could not be reached; trying again may help.
    Unavailable,
    /// This host's own policy forbids it; the error names the setting that would permit it.
    Denied,
    /// A budget of this host is used up; ask for less, or raise the setting that the error names.
    Limit,
    /// A defect in the connector or in the host.
    Defect,
}

/// What lengthens a deadline; of a caller's own, the caller knows.
fn lengthened(by: &DeadlineBy) -> String {
    match by {
        DeadlineBy::Caller => String::new(),
        DeadlineBy::Setting(name) => format!(" (raise {name} under [budgets], or ask for less)"),
    }
}

/// What was most likely meant, or all that there is.
fn hint(nearest: &Option<String>, known: &[String]) -> String {
    match nearest {
        Some(name) => format!("; did you mean \"{name}\"?"),
        None if known.is_empty() => String::new(),
        None => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            format!("; there are: {}", listed(&known))
        }
    }
}

/// The file of a configuration, where there is one.
fn named(path: &Option<PathBuf>) -> String {
    let named = |path: &PathBuf| format!(" {}", path.display());
    path.as_ref().map(named).unwrap_or_default()
}

/// What a name was to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Named {
    /// A connection of the tenant's.
    Connection,
    /// A connector of the tenant's.
    Connector,
    /// One of a connector's ways to connect.
    ConnectionKind,
    /// One of a connector's actions.
    Action,
    /// One of a connector's triggers.
    Trigger,
}

impl fmt::Display for Named {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Connection => "connection",
            Self::Connector => "connector",
            Self::ConnectionKind => "connection kind",
            Self::Action => "action",
            Self::Trigger => "trigger",
        })
    }
}

/// Who set the deadline that a call did not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadlineBy {
    /// [`Call::deadline`](crate::Call::deadline).
    Caller,
    /// This setting of `[budgets]`.
    Setting(&'static str),
}

/// How long a call may last, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deadline {
    pub(crate) after: Duration,
    pub(crate) by: DeadlineBy,
}

impl Deadline {
    /// It has passed.
    pub(crate) fn passed(self) -> HostError {
        HostError::Deadline {
            after_ms: u64::try_from(self.after.as_millis()).unwrap_or(u64::MAX),
            by: self.by,
        }
    }
}

/// What was asked of an action that it does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionFault {
    /// It answers once and was to stream.
    DoesNotStream,
    /// The request that it would send was asked for, and for this input it sends none.
    SendsNothing,
    /// A trigger was asked what has happened, and its service tells by itself.
    IsNotPolled,
}

impl fmt::Display for ActionFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::DoesNotStream => "answers once and does not stream; run it without streaming",
            Self::SendsNothing => "sends no request for this input",
            Self::IsNotPolled => "is not polled: its service calls",
        })
    }
}

/// Everything that can go wrong between a caller and a connector's answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The connector answered with an error.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The caller named something that is not there.
    #[error("there is no {what} \"{name}\"{}", hint(nearest, known))]
    Unknown {
        /// What it should have been.
        what: Named,
        /// The name that nothing has.
        name: String,
        /// The name that was most likely meant.
        nearest: Option<String>,
        /// Every name that there is.
        known: Vec<String>,
    },
    /// The connection cannot be used as it is, or not for this.
    #[error("connection \"{connection}\": {fault}")]
    Connection {
        /// Which one.
        connection: ConnectionName,
        /// What is wrong with it.
        fault: ConnectionFault,
    },
    /// The action does not do what was asked of it.
    #[error("the action \"{action}\" {fault}")]
    Action {
        /// Which one.
        action: String,
        /// What it does not do.
        fault: ActionFault,
    },
    /// Neither the environment nor the configuration says where state is to lie.
    #[error(
        "there is no place to keep connections and keys: HOME is not set; \
         set AIRLOCK_DATA_DIR to a folder of this user's own, or data-dir in the configuration"
    )]
    NoDataFolder,
    /// Several faults in one input.
    #[error("{}", fields(.0))]
    Fields(Vec<FieldError>),
    /// The idempotency key cannot be used, or not for this call; nothing was sent.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The configuration cannot be used.
    #[error("configuration{}: {fault}", named(path))]
    Config {
        /// The file; nothing where it was not read from one.
        path: Option<PathBuf>,
        /// What is wrong with it.
        fault: ConfigFault,
    },
    /// The component is not one that this host can run.
    #[error("this component cannot be run: {0}")]
    Component(String),
    /// The component broke one of its budgets and was stopped.
    #[error(
        "the connector was stopped: {budget} ({limit}); ask for less at once, or raise {setting} under [budgets] if it has good reason to"
    )]
    Budget {
        /// Which budget.
        budget: &'static str,
        /// Its size, with unit.
        limit: String,
        /// The setting of `[budgets]` that would raise it.
        setting: &'static str,
    },
    /// The component trapped.
    #[error("the connector crashed: {0}")]
    Trap(String),
    /// The call did not finish in time.
    #[error(
        "no answer within {after_ms} ms; the call was abandoned{}",
        lengthened(by)
    )]
    Deadline {
        /// The deadline, in milliseconds.
        after_ms: u64,
        /// Who set it.
        by: DeadlineBy,
    },
    /// A tenant, or the whole host, has as much under way as it may; nothing was sent.
    #[error("{0}")]
    Busy(Busy),
    /// The host closes: it ends what is under way and begins nothing.
    #[error(
        "this host is closing and takes no more calls; nothing was sent, send it to another one"
    )]
    Closed,
    /// State could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A credential could not be had.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The way out refused or failed.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// A file of the host's own could not be read or written.
    #[error("{what} {path}: {source}")]
    File {
        /// What was being done.
        what: &'static str,
        /// Which file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A defect in the host.
    #[error("defect in the host: {0}")]
    Defect(String),
}

impl HostError {
    /// The caller named something that is not among `known`.
    pub(crate) fn unknown(what: Named, name: &str, known: &[&str]) -> Self {
        Self::Unknown {
            what,
            name: shortened(name),
            nearest: nearest(name, known.iter().copied()).map(str::to_owned),
            known: known.iter().map(|&known| known.to_owned()).collect(),
        }
    }

    /// What a caller can do about it.
    pub fn category(&self) -> Category {
        match self {
            Self::Connector(error) => error.category(),
            Self::Unknown { .. }
            | Self::Connection { .. }
            | Self::Action { .. }
            | Self::NoDataFolder
            | Self::Fields(_)
            | Self::Idempotency(_)
            | Self::Config { .. }
            | Self::Component(_)
            | Self::Egress(EgressError::Configuration { .. }) => Category::Input,
            Self::Auth(error) => match error {
                AuthError::Refused { .. }
                | AuthError::SignInNeeded { .. }
                | AuthError::OtherPerson { .. } => Category::Credentials,
                AuthError::Invalid { .. } => Category::Input,
                _ => Category::Unavailable,
            },
            Self::Egress(error) => match error.refusal().map(|refusal| refusal.code) {
                Some(
                    RefusalCode::CredentialRefused
                    | RefusalCode::CredentialRejected
                    | RefusalCode::SignInNeeded
                    | RefusalCode::CredentialInvalid,
                ) => Category::Credentials,
                Some(RefusalCode::EgressDenied) => Category::Denied,
                _ => Category::Unavailable,
            },
            Self::Store(
                StoreError::InUse { .. }
                | StoreError::Exists { .. }
                | StoreError::NoSuchConnector { .. },
            ) => Category::Input,
            Self::Deadline { .. }
            | Self::Busy(_)
            | Self::Closed
            | Self::File { .. }
            | Self::Store(_) => Category::Unavailable,
            Self::Budget { .. } => Category::Limit,
            Self::Trap(_) | Self::Defect(_) => Category::Defect,
        }
    }

    /// What happened, for programs.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Connector(error) => error.code(),
            Self::Unknown { what, .. } => match what {
                Named::Connection => ErrorCode::NoSuchConnection,
                Named::Connector => ErrorCode::NoSuchConnector,
                Named::ConnectionKind => ErrorCode::NoSuchKind,
                Named::Action => ErrorCode::NoSuchAction,
                Named::Trigger => ErrorCode::NoSuchTrigger,
            },
            Self::Connection { fault, .. } => match fault {
                ConnectionFault::NotGranted { .. } => ErrorCode::NotGranted,
                ConnectionFault::KindNotServed { .. } => ErrorCode::KindNotServed,
                ConnectionFault::KindGone { .. } => ErrorCode::NoSuchKind,
                ConnectionFault::NoSignIn { .. } => ErrorCode::NoSignIn,
                ConnectionFault::NoTokenUrl { .. } => ErrorCode::UnusableComponent,
                _ => ErrorCode::InvalidInput,
            },
            Self::Action { fault, .. } => match fault {
                ActionFault::DoesNotStream => ErrorCode::DoesNotStream,
                ActionFault::SendsNothing => ErrorCode::SendsNothing,
                ActionFault::IsNotPolled => ErrorCode::NotPolled,
            },
            Self::Fields(_) => ErrorCode::InvalidInput,
            Self::Idempotency(error) => error.code(),
            Self::NoDataFolder
            | Self::Config { .. }
            | Self::Egress(EgressError::Configuration { .. }) => ErrorCode::Configuration,
            Self::Component(_) => ErrorCode::UnusableComponent,
            Self::Budget { .. } => ErrorCode::BudgetExceeded,
            Self::Trap(_) => ErrorCode::ConnectorCrashed,
            Self::Deadline { .. } => ErrorCode::Deadline,
            Self::Busy(_) => ErrorCode::TenantBusy,
            Self::Closed => ErrorCode::Closed,
            Self::Store(error) => match error {
                StoreError::Exists { .. } => ErrorCode::Exists,
                StoreError::InUse { .. } => ErrorCode::InUse,
                StoreError::NoSuchConnector { .. } => ErrorCode::NoSuchConnector,
                StoreError::NoSuchConnection => ErrorCode::NoSuchConnection,
                StoreError::WrongKey { .. } | StoreError::Key { .. } => ErrorCode::MasterKey,
                _ => ErrorCode::State,
            },
            Self::Auth(error) => match error {
                AuthError::Refused { .. } => ErrorCode::CredentialRefused,
                AuthError::SignInNeeded { .. } => ErrorCode::SignInNeeded,
                AuthError::OtherPerson { .. } => ErrorCode::OtherPerson,
                AuthError::Invalid { .. } => ErrorCode::Configuration,
                _ => ErrorCode::CredentialUnavailable,
            },
            Self::Egress(error) => match error.refusal() {
                Some(refusal) => refusal.code.into(),
                None => ErrorCode::Unreachable,
            },
            Self::File { .. } => ErrorCode::File,
            Self::Defect(_) => ErrorCode::Defect,
        }
    }
}
