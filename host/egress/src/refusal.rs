//! What the host answers in a service's place, and the codes under which it does. Every layer above
//! tells the host's refusals from the service's by these codes, so they stand here once.

use std::fmt;
use std::time::Duration;

use airlock_auth::AuthError;
use serde::Serialize;

use crate::error::EgressError;

/// Why the host answered in the service's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalCode {
    /// A rule of the host's keeps the request from leaving.
    EgressDenied,
    /// The connection has used up its quota.
    Quota,
    /// The authority did not sign the connection in.
    CredentialRefused,
    /// The service answered that it does not take the credential, and there is no other.
    CredentialRejected,
    /// A person has to sign in, for the first time or again.
    SignInNeeded,
    /// The credential cannot be asked for, or not be used, as the connection is set up.
    CredentialInvalid,
    /// No credential can be had at the moment.
    CredentialUnavailable,
    /// There is no way to the authority until something is mended.
    CredentialUnreachable,
    /// There is no way to the service until something is mended.
    Unreachable,
}

impl RefusalCode {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::EgressDenied,
        Self::Quota,
        Self::CredentialRefused,
        Self::CredentialRejected,
        Self::SignInNeeded,
        Self::CredentialInvalid,
        Self::CredentialUnavailable,
        Self::CredentialUnreachable,
        Self::Unreachable,
    ];

    /// As it stands in `airlock-refusal` and in the answer's body.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EgressDenied => "egress-denied",
            Self::Quota => "quota",
            Self::CredentialRefused => "credential-refused",
            Self::CredentialRejected => "credential-rejected",
            Self::SignInNeeded => "sign-in-needed",
            Self::CredentialInvalid => "credential-invalid",
            Self::CredentialUnavailable => "credential-unavailable",
            Self::CredentialUnreachable => "credential-unreachable",
            Self::Unreachable => "unreachable",
        }
    }

    /// The code that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }

    /// The status it comes with. Those that pass with time have one after which clients ask again, the
    /// others one after which they do not.
    pub const fn status(self) -> u16 {
        match self {
            Self::CredentialRefused
            | Self::CredentialRejected
            | Self::SignInNeeded
            | Self::CredentialInvalid => 401,
            Self::EgressDenied => 403,
            Self::Quota => 429,
            Self::CredentialUnreachable | Self::Unreachable => 500,
            Self::CredentialUnavailable => 503,
        }
    }
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the host itself answers in the service's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// For people.
    pub message: String,
    /// When another attempt makes sense.
    pub retry_after: Option<Duration>,
}

impl EgressError {
    /// The answer the host gives itself; nothing where the failure happened on the wire and may pass.
    pub fn refusal(&self) -> Option<Refusal> {
        let (code, retry_after) = match self {
            Self::Denied { .. } => (RefusalCode::EgressDenied, None),
            Self::Quota { retry_after, .. } => (RefusalCode::Quota, Some(*retry_after)),
            Self::Credential(error) => of_credential(error),
            error if error.lasts() => (RefusalCode::Unreachable, None),
            _ => return None,
        };
        Some(Refusal {
            code,
            message: self.to_string(),
            retry_after,
        })
    }
}

fn of_credential(error: &AuthError) -> (RefusalCode, Option<Duration>) {
    match error {
        AuthError::Refused { code: Some(_), .. } => (RefusalCode::CredentialRefused, None),
        AuthError::Refused { code: None, .. } => (RefusalCode::CredentialRejected, None),
        AuthError::SignInNeeded { .. } => (RefusalCode::SignInNeeded, None),
        AuthError::Unreachable { .. } => (RefusalCode::CredentialUnreachable, None),
        AuthError::Unavailable { retry_after, .. } => {
            (RefusalCode::CredentialUnavailable, *retry_after)
        }
        AuthError::Store(_) => (RefusalCode::CredentialUnavailable, None),
        _ => (RefusalCode::CredentialInvalid, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Stage, Waiting};

    #[test]
    fn what_the_host_refuses_has_an_answer_and_what_may_pass_on_the_wire_has_none() {
        let refused = |code: Option<&str>| AuthError::Refused {
            code: code.map(str::to_owned),
            message: "the client secret is wrong".into(),
            advice: "create a new one".into(),
        };
        let away = AuthError::Unavailable {
            message: "the authority does not answer".into(),
            retry_after: Some(Duration::from_secs(7)),
        };
        let message = || "why".to_owned();
        let origin = || "https://org.example".to_owned();
        let tls = |lasts| EgressError::Tls {
            origin: origin(),
            message: message(),
            lasts,
        };
        let cases = [
            (
                EgressError::denied(Stage::Policy, "host", "no"),
                Some((403, "egress-denied", None)),
            ),
            (
                EgressError::Quota {
                    message: "full".into(),
                    retry_after: Duration::from_secs(2),
                },
                Some((429, "quota", Some(2))),
            ),
            (
                refused(Some("AADSTS7000215")).into(),
                Some((401, "credential-refused", None)),
            ),
            (
                refused(None).into(),
                Some((401, "credential-rejected", None)),
            ),
            (
                AuthError::Invalid { message: message() }.into(),
                Some((401, "credential-invalid", None)),
            ),
            (
                AuthError::SignInNeeded {
                    code: Some("AADSTS700082".into()),
                    message: "the stored sign-in has expired".into(),
                    advice: "sign in again".into(),
                }
                .into(),
                Some((401, "sign-in-needed", None)),
            ),
            (away.into(), Some((503, "credential-unavailable", Some(7)))),
            (
                AuthError::Unreachable { message: message() }.into(),
                Some((500, "credential-unreachable", None)),
            ),
            (
                EgressError::Resolve {
                    host: "x".into(),
                    message: message(),
                },
                Some((500, "unreachable", None)),
            ),
            (tls(true), Some((500, "unreachable", None))),
            (tls(false), None),
            (
                EgressError::Connect {
                    origin: origin(),
                    message: message(),
                },
                None,
            ),
            (
                EgressError::Timeout {
                    origin: origin(),
                    what: Waiting::Connect,
                    after: Duration::from_secs(1),
                },
                None,
            ),
            (EgressError::DryRun, None),
        ];
        for (error, expected) in cases {
            let answer = error.refusal().map(|refusal| {
                assert_eq!(refusal.message, error.to_string());
                let wait = refusal.retry_after.map(|wait| wait.as_secs());
                (refusal.code.status(), refusal.code.as_str(), wait)
            });
            assert_eq!(answer, expected, "{error:?}");
        }
    }

    #[test]
    fn the_contract_lists_every_code_with_its_status() {
        let contract = include_str!("../../../wit/0.1/connector.wit");
        let (_, after) = contract.split_once("The codes:").unwrap();
        let (list, _) = after.split_once("What else fails").unwrap();
        for code in RefusalCode::ALL {
            let (_, rest) = list
                .split_once(&format!("`{code}`"))
                .unwrap_or_else(|| panic!("{code} is not in the contract"));
            let (_, status) = rest.split_once('(').unwrap();
            assert!(
                status.starts_with(&code.status().to_string()),
                "{code}: {status}"
            );
        }
        let listed = list.matches("`,").count() + list.matches("` (").count();
        assert_eq!(listed, RefusalCode::ALL.len());
    }

    #[test]
    fn every_code_is_read_as_it_is_written() {
        for code in RefusalCode::ALL {
            assert_eq!(RefusalCode::parse(code.as_str()), Some(code));
        }
        assert_eq!(RefusalCode::parse("0x80040217"), None);
    }
}
