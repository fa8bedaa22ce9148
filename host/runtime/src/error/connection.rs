//! Why a connection cannot be used as it is: facts, from which whoever tells a person makes the advice.

use crate::about::Grant;
use crate::connection::TemplateError;

/// What is wrong with a connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionFault {
    /// A setting is missing, or is not what the connector's templates need.
    #[error(transparent)]
    Setting(#[from] TemplateError),
    /// A host or an address that a setting or a template gave cannot be used.
    #[error("{place}: {reason}")]
    Address {
        /// Which one, such as `host "*.com"` or `token URL`. Never with a user name or a password.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The connector wants to go where nobody sent it.
    #[error("{}", ungranted(*.errand, target, setting))]
    NotGranted {
        /// What it wants there.
        errand: Errand,
        /// Where: `host[:port]`, or a whole address where secrets are to go. This is what a person who
        /// trusts it would add to the connection's allowed hosts.
        target: String,
        /// The setting that should have held the address, where it is one.
        setting: Option<String>,
    },
    /// A secret that the grant needs is not kept.
    #[error("the secret \"{name}\" is missing; add the connection again")]
    SecretMissing {
        /// Its name.
        name: String,
    },
    /// The connector declares a way to sign in that this host does not have yet.
    #[error(
        "the kind \"{kind}\" is declared by the connector, but this host cannot sign in that way yet"
    )]
    KindNotServed {
        /// The kind.
        kind: String,
        /// Its way to sign in.
        grant: Grant,
    },
    /// The connector's kind needs a token URL and names none.
    #[error("its kind \"{kind}\" names no token URL")]
    NoTokenUrl {
        /// The kind.
        kind: String,
    },
    /// The connector's present version has no such kind any more.
    #[error(
        "its kind \"{kind}\" is none that this version of connector \"{connector}\" has; remove it and add it anew"
    )]
    KindGone {
        /// The kind.
        kind: String,
        /// The connector.
        connector: String,
    },
    /// Nobody signs in for a connection of this kind, or not in that way.
    #[error("it is of a kind for which nobody signs in {way}")]
    NoSignIn {
        /// The way that was asked for.
        way: SignInWay,
    },
    /// Secrets were to be replaced, and none was given.
    #[error("no secret was given to replace")]
    NothingToReplace,
}

/// What a connector wants of a host that nobody named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// To send requests.
    Reach,
    /// To have people sign in there.
    SignIn,
    /// To send the connection's secrets.
    SendSecrets,
}

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInWay {
    /// At all.
    AsPerson,
    /// In a browser that comes back to this host.
    InBrowser,
    /// By a code that is typed into a browser anywhere.
    ByCode,
}

impl std::fmt::Display for SignInWay {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::AsPerson => "as a person",
            Self::InBrowser => "in a browser",
            Self::ByCode => "by a code",
        })
    }
}

fn ungranted(errand: Errand, target: &str, setting: &Option<String>) -> String {
    match (errand, setting) {
        (Errand::Reach, _) => {
            format!("the connector wants to reach {target}, which none of your settings names")
        }
        (Errand::SignIn, _) => format!(
            "the connector wants people to sign in at {target}, which none of your settings names"
        ),
        (Errand::SendSecrets, Some(name)) => format!(
            "the connector wants to send this connection's secrets to {target}, which you did not give as {name}"
        ),
        (Errand::SendSecrets, None) => format!(
            "the connector wants to send this connection's secrets to {target}, which none of your settings is"
        ),
    }
}
