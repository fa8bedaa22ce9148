//! What happened, in one stable word for programs. A word that was given once is never given to anything
//! else; exit codes say what to do about it, these say what it is.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $about:literal])* $name:ident = $word:literal,)*) => {
        /// What happened, in one stable word for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[doc = $about])* $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What it means, in a sentence for people.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($about),*).trim_ascii(),)*
                }
            }

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

codes! {
    /// The words of the command line are wrong.
    Usage = "usage",
    /// The input, a setting or a secret is wrong; `faults` say which.
    InvalidInput = "invalid-input",
    /// The idempotency key cannot be used for this call.
    IdempotencyKey = "idempotency-key",
    /// The idempotency key was used for another request.
    IdempotencyConflict = "idempotency-conflict",
    /// A document of connections cannot be read.
    InvalidDocument = "invalid-document",
    /// A secret was given as an argument.
    SecretInArgument = "secret-in-argument",
    /// A secret is missing, and nobody can be asked for it.
    MissingSecret = "missing-secret",
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
    /// The connector has no kind of connection of that name.
    NoSuchKind = "no-such-kind",
    /// This host cannot sign in that way.
    KindNotServed = "kind-not-served",
    /// There is no run of that identity.
    NoSuchRun = "no-such-run",
    /// More than one run begins so.
    AmbiguousRun = "ambiguous-run",
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
    /// The service refused.
    Refused = "refused",
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
    /// The state cannot be read or written.
    State = "state",
    /// The master key is missing, wrong or must not be used.
    MasterKey = "master-key",
    /// A file of the host's own cannot be read or written.
    File = "file",
    /// The answer cannot be written; what was asked for is done.
    OutputFailed = "output-failed",
    /// Something needed is not available.
    Unavailable = "unavailable",
    /// The connector crashed.
    ConnectorCrashed = "connector-crashed",
    /// The connector reports a defect of its own.
    ConnectorFailed = "connector-failed",
    /// A defect of the host.
    Defect = "defect",
    /// A person ended it.
    Cancelled = "cancelled",
}

impl fmt::Display for Code {
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
        let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for word in words {
            assert!(
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{word}"
            );
        }
    }
}
