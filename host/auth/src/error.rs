//! Why there is no credential.
//!
//! Auth layer. Clonable, because one failed exchange answers every caller that waited for it.

use std::time::Duration;

use airlock_store::StoreError;

/// No credential could be had. `Display` says what happened and what to do; no variant ever
/// carries a secret or a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The authority, or the service, refused the credentials: their owner has to act.
    #[error("{message}{}: {advice}", in_brackets(code))]
    Refused {
        /// The authority's own code, such as `AADSTS7000215` or `invalid_client`; nothing where it was
        /// the service that refused.
        code: Option<String>,
        /// What was refused, in words.
        message: String,
        /// What to do about it.
        advice: String,
    },
    /// A person has to sign in: nobody has yet, or the sign-in that is stored will never be taken
    /// again. Nobody is asked before that.
    #[error("{message}{}: {advice}", in_brackets(code))]
    SignInNeeded {
        /// The authority's own code, such as `AADSTS700082` or `invalid_grant`.
        code: Option<String>,
        /// Why, in words.
        message: String,
        /// What to do about it, beside signing in.
        advice: String,
    },
    /// Another person signed in than the one that the connection belongs to.
    #[error(
        "this connection belongs to {before}, and {}; nothing was changed",
        now.as_ref().map_or_else(
            || "the sign-in does not say whose it is (its scopes lack openid and profile)".to_owned(),
            |now| format!("{now} signed in")
        )
    )]
    OtherPerson {
        /// Whose it is.
        before: String,
        /// Who signed in, where the authority says so.
        now: Option<String>,
    },
    /// The authority could not be reached, or asked to be left alone for a while.
    #[error("{message}")]
    Unavailable {
        /// What happened.
        message: String,
        /// How long to wait before the next attempt, where the authority said so.
        retry_after: Option<Duration>,
    },
    /// There is no way to the authority until something is mended: its name, its certificate, or the
    /// server itself.
    #[error("{message}")]
    Unreachable {
        /// What happened, and what to look at.
        message: String,
    },
    /// The answer was no answer of a token endpoint, or policy keeps the request from leaving:
    /// a setting is wrong.
    #[error("{message}")]
    Invalid {
        /// What is wrong, and which setting to look at.
        message: String,
    },
    /// The cached token could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn in_brackets(code: &Option<String>) -> String {
    code.as_deref()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default()
}
