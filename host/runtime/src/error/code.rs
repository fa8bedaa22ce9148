//! What happened, in one stable word for programs. A word that was given once is never given to anything
//! else: a [`Category`](super::Category) says what to do about an error, its code what it is.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $about:literal])* $name:ident = $word:literal,)*) => {
        /// What happened, in one stable word for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $about])* $name,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What it means, in a sentence for people.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($about),*).trim_ascii(),)*
                }
            }

            /// The word, in kebab-case.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

codes! {
    /// The input, a setting or a secret is wrong; `faults` say which.
    InvalidInput = "invalid-input",
    /// The idempotency key is empty, too long, or holds what cannot be a part of one.
    IdempotencyKeyUnusable = "idempotency-key-unusable",
    /// The action takes no idempotency key.
    IdempotencyKeyNotTaken = "idempotency-key-not-taken",
    /// The idempotency key was used for another request.
    IdempotencyConflict = "idempotency-conflict",
    /// The request was carried out before under this idempotency key, and its answer is not there to be given again.
    IdempotencyAnswerNotKept = "idempotency-answer-not-kept",
    /// The configuration cannot be used.
    Configuration = "configuration",
    /// A file is no component that this host can run.
    UnusableComponent = "unusable-component",
    /// The name is taken.
    Exists = "exists",
    /// Something still uses it.
    InUse = "in-use",
    /// There is no connection of that name.
    NoSuchConnection = "no-such-connection",
    /// There is no connector of that name.
    NoSuchConnector = "no-such-connector",
    /// The connector has no action of that name.
    NoSuchAction = "no-such-action",
    /// The connector has no trigger of that name.
    NoSuchTrigger = "no-such-trigger",
    /// The connector has no kind of connection of that name.
    NoSuchKind = "no-such-kind",
    /// This host cannot sign in that way.
    KindNotServed = "kind-not-served",
    /// The connector wants to go, or to send secrets, where nobody allowed it.
    NotGranted = "not-granted",
    /// Nobody signs in for a connection of this kind, or not in that way.
    NoSignIn = "no-sign-in",
    /// The action answers once and does not stream.
    DoesNotStream = "does-not-stream",
    /// The action sends no request for this input.
    SendsNothing = "sends-nothing",
    /// The trigger is not polled.
    NotPolled = "not-polled",
    /// The authority or the service refused the credential.
    CredentialRefused = "credential-refused",
    /// The service does not take the credential, and there is no other.
    CredentialRejected = "credential-rejected",
    /// A person has to sign in, for the first time or again.
    SignInNeeded = "sign-in-needed",
    /// Somebody else signed in than the connection belongs to.
    OtherPerson = "other-person",
    /// No token could be had.
    CredentialUnavailable = "credential-unavailable",
    /// The service does not let this identity do that.
    Forbidden = "forbidden",
    /// The service has no such row, table or resource.
    NotFound = "not-found",
    /// A key or a duplicate rule was violated.
    Conflict = "conflict",
    /// The row is another than the condition asked for (HTTP 412).
    PreconditionFailed = "precondition-failed",
    /// The service refused for a reason of its own.
    Rejected = "rejected",
    /// The trigger's cursor is too old for the service.
    CursorExpired = "cursor-expired",
    /// The service asks its callers to slow down.
    Throttled = "throttled",
    /// The service cannot be reached, or not now.
    ServiceUnavailable = "service-unavailable",
    /// The way to the service failed.
    Unreachable = "unreachable",
    /// This host's policy keeps the request from leaving.
    EgressDenied = "egress-denied",
    /// A quota of this host is used up for the moment.
    Quota = "quota",
    /// The connector broke a budget of this host; the message names the setting.
    BudgetExceeded = "budget-exceeded",
    /// The call did not finish in time.
    Deadline = "deadline",
    /// The tenant has as much under way as it may.
    TenantBusy = "tenant-busy",
    /// The host closes and takes no more calls; nothing was sent.
    Closed = "closed",
    /// The state cannot be read or written.
    State = "state",
    /// The master key is missing, wrong or must not be used.
    MasterKey = "master-key",
    /// A file of the host's own cannot be read or written.
    File = "file",
    /// The connector crashed.
    ConnectorCrashed = "connector-crashed",
    /// The connector reports a defect of its own.
    ConnectorFailed = "connector-failed",
    /// A defect of the host.
    Defect = "defect",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), ErrorCode::ALL.len());
        for word in words {
            assert!(
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{word}"
            );
        }
    }
}
