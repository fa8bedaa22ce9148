//! The host's errors as problems: a code for programs, their places, and what to do about each.

use super::{Code, Exit, Fault, Origin, Problem, Said, report_place};
use airlock_runtime::auth::AuthError;
use airlock_runtime::egress::{EgressError, RefusalCode};
use airlock_runtime::store::StoreError;
use airlock_runtime::{ConnectorError, Failure, FieldError, HostError, IdempotencyError};
use std::io::ErrorKind;
use std::time::Duration;

impl From<HostError> for Problem {
    fn from(error: HostError) -> Self {
        let exit = Exit::from(error.category());
        let problem = Self::new(exit, error.to_string()).coded(code(&error));
        let origin = match &error {
            error if needs_sign_in(error) => Origin::SignIn,
            HostError::Connector(_) | HostError::Auth(_) | HostError::Egress(_) => Origin::Service,
            HostError::Budget { .. } => Origin::Budget,
            _ => Origin::Here,
        };
        let mut problem = match error {
            HostError::Connector(error) => connector(exit, error),
            HostError::Fields(fields) => faulty(exit, fields),
            HostError::Unknown { what, known, .. } => {
                problem.maybe_advise(first_one(what).filter(|_| known.is_empty()))
            }
            HostError::Component(_) => {
                problem.advise("airlock connector inspect FILE shows what a component is")
            }
            HostError::Trap(_) | HostError::Defect(_) => problem.advise(report()),
            HostError::Busy { .. } => problem.advise("try again in a moment"),
            HostError::File { source, .. } => problem.maybe_advise(remedy(source.kind())),
            // These name their own remedy.
            _ => problem,
        };
        problem.origin = origin;
        problem
    }
}

/// Whether a person has to sign in again, and nothing else helps.
fn needs_sign_in(error: &HostError) -> bool {
    match error {
        HostError::Auth(AuthError::SignInNeeded { .. }) => true,
        HostError::Connector(error) => error.failure().is_some_and(is_sign_in_needed),
        _ => false,
    }
}

fn is_sign_in_needed(failure: &Failure) -> bool {
    failure.refused_by_host && failure.code.as_deref() == Some(RefusalCode::SignInNeeded.as_str())
}

/// The name of an error for programs. A name that is known once is never given to anything else.
fn code(error: &HostError) -> Code {
    match error {
        HostError::Connector(error) => connector_code(error),
        HostError::Unknown { what, .. } => match *what {
            "connection" => Code::NoSuchConnection,
            "connector" => Code::NoSuchConnector,
            "action" => Code::NoSuchAction,
            "connection kind" => Code::NoSuchKind,
            _ => Code::InvalidInput,
        },
        HostError::Input(_) | HostError::Fields(_) => Code::InvalidInput,
        HostError::Idempotency(IdempotencyError::Conflict { .. }) => Code::IdempotencyConflict,
        HostError::Idempotency(_) => Code::IdempotencyKey,
        HostError::Config { .. } | HostError::Egress(EgressError::Configuration { .. }) => {
            Code::Configuration
        }
        HostError::Component(_) => Code::UnusableComponent,
        HostError::Budget { .. } => Code::BudgetExceeded,
        HostError::Trap(_) => Code::ConnectorCrashed,
        HostError::Deadline { .. } => Code::Deadline,
        HostError::Busy { .. } => Code::TenantBusy,
        HostError::Store(error) => match error {
            StoreError::Exists { .. } => Code::Exists,
            StoreError::InUse { .. } => Code::InUse,
            StoreError::NoSuchConnector { .. } => Code::NoSuchConnector,
            StoreError::NoSuchConnection => Code::NoSuchConnection,
            StoreError::WrongKey { .. } | StoreError::Key { .. } => Code::MasterKey,
            _ => Code::State,
        },
        HostError::Auth(error) => match error {
            AuthError::Refused { .. } => Code::CredentialRefused,
            AuthError::SignInNeeded { .. } => Code::SignInNeeded,
            AuthError::OtherPerson { .. } => Code::OtherPerson,
            AuthError::Invalid { .. } => Code::Configuration,
            _ => Code::CredentialUnavailable,
        },
        HostError::Egress(error) => match error.refusal() {
            Some(refusal) => own(refusal.code).code,
            None => Code::Unreachable,
        },
        HostError::File { .. } => Code::File,
        HostError::Defect(_) => Code::Defect,
        _ => Code::Unavailable,
    }
}

fn connector_code(error: &ConnectorError) -> Code {
    match error {
        ConnectorError::InvalidInput(_) => Code::InvalidInput,
        ConnectorError::Unauthenticated(_) => Code::CredentialRefused,
        ConnectorError::Forbidden(_) => Code::Forbidden,
        ConnectorError::NotFound(_) => Code::NotFound,
        ConnectorError::Conflict(failure) => match failure.status {
            Some(412) => Code::PreconditionFailed,
            _ => Code::Conflict,
        },
        ConnectorError::Throttled { .. } => Code::Throttled,
        ConnectorError::Unavailable(_) => Code::ServiceUnavailable,
        ConnectorError::Rejected(_) => Code::Rejected,
        ConnectorError::CursorExpired(_) => Code::CursorExpired,
        ConnectorError::Internal(_) => Code::ConnectorFailed,
    }
}

/// What it means that the host itself answered in the service's place.
fn own(code: RefusalCode) -> OwnRefusal {
    let (known, exit, told) = match code {
        RefusalCode::EgressDenied => (
            Code::EgressDenied,
            Some(Exit::Denied),
            "the policy of this host; the service was not asked",
        ),
        RefusalCode::Quota => (
            Code::Quota,
            None,
            "a quota of this host; the service was not asked",
        ),
        RefusalCode::CredentialRefused => (
            Code::CredentialRefused,
            None,
            "the authority that gives out tokens; the service was not asked",
        ),
        RefusalCode::CredentialRejected => (
            Code::CredentialRejected,
            None,
            "the service, which does not take this connection's credential",
        ),
        RefusalCode::SignInNeeded => (
            Code::SignInNeeded,
            None,
            "this host, until a person has signed in; the service was not asked",
        ),
        RefusalCode::CredentialInvalid => (
            Code::Configuration,
            None,
            "this host, which cannot use the credential as it is set up; the service was not asked",
        ),
        RefusalCode::CredentialUnavailable => (
            Code::CredentialUnavailable,
            None,
            "no one: no token could be had; the service was not asked",
        ),
        RefusalCode::CredentialUnreachable | RefusalCode::Unreachable => (
            Code::Unreachable,
            Some(Exit::Unavailable),
            "no one: there is no way there until something is mended; repeating will not help",
        ),
    };
    OwnRefusal {
        code: known,
        exit,
        by: told,
    }
}

struct OwnRefusal {
    code: Code,
    /// Where it is none of those that the connector's error stands for.
    exit: Option<Exit>,
    by: &'static str,
}

fn report() -> String {
    format!("this is a defect, not your mistake; {}", report_place())
}

/// How the first of its kind is made.
fn first_one(what: &str) -> Option<String> {
    let command = match what {
        "connection" => "airlock connection add NAME --connector CONNECTOR",
        "connector" => "airlock connector add FILE.wasm",
        _ => return None,
    };
    Some(format!("add one with: {command}"))
}

/// What to do about a file of the host's own.
fn remedy(kind: ErrorKind) -> Option<String> {
    let remedy = match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space on that disk",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "see that you may write there"
        }
        _ => return None,
    };
    Some(format!(
        "{remedy}, or keep state elsewhere with --data-dir, and try again"
    ))
}

fn connector(exit: Exit, error: ConnectorError) -> Problem {
    let code = connector_code(&error);
    let (what, failure) = match error {
        ConnectorError::InvalidInput(fields) => return faulty(exit, fields),
        ConnectorError::Internal(message) => {
            return Problem::new(exit, format!("the connector failed: {message}"))
                .coded(code)
                .advise(report());
        }
        ConnectorError::Unauthenticated(failure) if is_sign_in_needed(&failure) => {
            ("a person has to sign in", failure)
        }
        ConnectorError::Unauthenticated(failure) => ("the credential was refused", failure),
        ConnectorError::Forbidden(failure) => ("not allowed", failure),
        ConnectorError::NotFound(failure) => ("not found", failure),
        ConnectorError::Conflict(failure) => ("conflict", failure),
        ConnectorError::Throttled {
            failure,
            retry_after_ms,
        } => {
            let wait = match retry_after_ms {
                Some(wait) => format!("wait {}, then try again", seconds(wait)),
                None => "wait a while, then try again".to_owned(),
            };
            let retry_after = retry_after_ms.map(Duration::from_millis);
            let what = "the service asks its callers to slow down";
            return refused(exit, code, what, failure, retry_after).advise(wait);
        }
        ConnectorError::Unavailable(failure) => ("the service is not available", failure),
        ConnectorError::Rejected(failure) => ("the service refused", failure),
        ConnectorError::CursorExpired(failure) => ("the cursor has expired", failure),
    };
    refused(exit, code, what, failure, None)
}

fn refused(
    exit: Exit,
    code: Code,
    what: &str,
    failure: Failure,
    retry_after: Option<Duration>,
) -> Problem {
    let own = failure
        .code
        .as_deref()
        .filter(|_| failure.refused_by_host)
        .and_then(RefusalCode::parse)
        .map(own);
    let exit = own.as_ref().and_then(|own| own.exit).unwrap_or(exit);
    let mut problem = match failure.message.trim() {
        "" => Problem::new(exit, what),
        message => Problem::new(exit, format!("{what}: {message}")),
    }
    .coded(code);
    let mut said = Said {
        retry_after,
        ..Said::default()
    };
    match own {
        Some(own) => problem = problem.coded(own.code).at("refused-by", own.by),
        None => {
            said.status = failure.status;
            said.code = failure.code.filter(|code| !code.is_empty());
            said.request_id = failure.request_id.filter(|id| !id.is_empty());
        }
    }
    problem.said = Some(Box::new(said)).filter(|said| **said != Said::default());
    problem
}

fn faulty(exit: Exit, fields: Vec<FieldError>) -> Problem {
    // One fault without a place says it all by itself.
    if let [only] = fields.as_slice()
        && only.pointer.is_empty()
    {
        return Problem::new(exit, only.message.clone());
    }
    let mut problem = Problem::new(exit, "the input is wrong");
    problem.faults = fields
        .into_iter()
        .map(|field| Fault {
            pointer: field.pointer,
            flag: None,
            message: field.message,
        })
        .collect();
    problem
}

fn seconds(milliseconds: u64) -> String {
    match milliseconds {
        0..1000 => format!("{milliseconds} ms"),
        _ => format!("{} s", milliseconds.div_ceil(1000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Failure {
        Failure {
            message: "Could not find a property named 'subjct'".into(),
            status: Some(400),
            code: Some("0x80060888".into()),
            request_id: Some("f00".into()),
            refused_by_host: false,
        }
    }

    #[test]
    fn a_services_refusal_keeps_its_words_code_and_request_id() {
        let problem = Problem::from(HostError::Connector(ConnectorError::Rejected(failure())));
        assert_eq!(problem.exit, Exit::Refused);
        assert!(problem.message.contains("'subjct'"), "{}", problem.message);
        assert_eq!(problem.code, Code::Rejected);
        let said = problem.said.unwrap();
        assert_eq!(said.status, Some(400));
        assert_eq!(said.code.as_deref(), Some("0x80060888"));
        assert_eq!(said.request_id.as_deref(), Some("f00"));
    }

    #[test]
    fn what_the_host_refused_itself_is_not_blamed_on_the_service() {
        let refused = |code: &str, refused_by_host| {
            Problem::from(HostError::Connector(ConnectorError::Forbidden(Failure {
                message: "egress to evil.example denied".into(),
                status: Some(403),
                code: Some(code.into()),
                request_id: None,
                refused_by_host,
            })))
        };
        for (code, exit, by) in [
            ("egress-denied", Exit::Denied, "the policy of this host"),
            ("quota", Exit::Refused, "a quota of this host"),
            ("credential-refused", Exit::Refused, "the authority"),
            ("credential-rejected", Exit::Refused, "the service, which"),
            ("unreachable", Exit::Unavailable, "no one: there is no way"),
        ] {
            let problem = refused(code, true);
            assert_eq!((problem.code.as_str(), problem.exit), (code, exit));
            let (name, place) = &problem.places[0];
            assert_eq!(*name, "refused-by");
            assert!(place.starts_with(by), "{place}");
            assert_eq!(problem.said, None);
            let forged = refused(code, false);
            assert!(forged.said.is_some(), "the code alone may be anybody's");
            assert_eq!(forged.code, Code::Forbidden);
        }
    }

    #[test]
    fn a_sign_in_that_is_over_is_told_from_a_credential_that_is_wrong() {
        let refused = |code: &str| {
            Problem::from(HostError::Connector(ConnectorError::Unauthenticated(
                Failure {
                    message: "the stored sign-in has expired".into(),
                    status: Some(401),
                    code: Some(code.into()),
                    request_id: None,
                    refused_by_host: true,
                },
            )))
        };
        assert_eq!(refused("sign-in-needed").origin, Origin::SignIn);
        assert_eq!(refused("credential-refused").origin, Origin::Service);
        let direct = HostError::Auth(AuthError::SignInNeeded {
            code: None,
            message: "nobody has signed in".into(),
            advice: "sign in again".into(),
        });
        let problem = Problem::from(direct);
        assert_eq!((problem.origin, problem.exit.code()), (Origin::SignIn, 3));
    }

    #[test]
    fn what_a_caller_can_do_decides_the_exit_and_what_happened_the_code() {
        let failed = |status| Failure {
            message: "x".into(),
            status: Some(status),
            ..Failure::default()
        };
        let egress = |rule| EgressError::Denied {
            stage: airlock_runtime::egress::Stage::Policy,
            rule,
            message: "x".into(),
        };
        let cases: [(HostError, &str, u8); 11] = [
            (ConnectorError::NotFound(failed(404)).into(), "not-found", 4),
            (
                ConnectorError::Forbidden(failed(403)).into(),
                "forbidden",
                4,
            ),
            (
                ConnectorError::Conflict(failed(412)).into(),
                "precondition-failed",
                4,
            ),
            (ConnectorError::Conflict(failed(409)).into(), "conflict", 4),
            (
                ConnectorError::Unauthenticated(failed(401)).into(),
                "credential-refused",
                3,
            ),
            (egress("host").into(), "egress-denied", 7),
            (
                HostError::Budget {
                    budget: "memory-bytes",
                    limit: "1 MiB".into(),
                    advice: "raise it".into(),
                },
                "budget-exceeded",
                8,
            ),
            (
                EgressError::Configuration {
                    message: "trusted-roots: gone.pem cannot be read".into(),
                }
                .into(),
                "configuration",
                2,
            ),
            (StoreError::NoSuchConnection.into(), "no-such-connection", 5),
            (HostError::Trap("x".into()), "connector-crashed", 70),
            (
                HostError::Unknown {
                    what: "connection",
                    name: "cotoso".into(),
                    nearest: None,
                    known: vec![],
                },
                "no-such-connection",
                2,
            ),
        ];
        for (error, code, exit) in cases {
            let problem = Problem::from(error);
            assert_eq!(
                (problem.code.as_str(), problem.exit.code()),
                (code, exit),
                "{problem:?}"
            );
        }
    }

    #[test]
    fn a_throttled_call_says_how_long_to_wait() {
        let problem = Problem::from(HostError::Connector(ConnectorError::Throttled {
            failure: failure(),
            retry_after_ms: Some(1500),
        }));
        assert_eq!(problem.exit, Exit::Unavailable);
        assert_eq!(problem.advice, ["wait 2 s, then try again"]);
        let wait = problem.said.unwrap().retry_after;
        assert_eq!(wait, Some(Duration::from_millis(1500)));
    }

    #[test]
    fn faults_of_an_input_are_listed_one_by_one() {
        let fields = ["/table", "/values/name"].map(|pointer| FieldError {
            pointer: pointer.into(),
            message: "wrong".into(),
        });
        let problem = Problem::from(HostError::Fields(fields.to_vec()));
        assert_eq!(problem.exit, Exit::Input);
        assert_eq!(problem.faults.len(), 2);
    }

    #[test]
    fn a_single_fault_without_a_place_is_the_message() {
        let problem = Problem::from(HostError::Fields(vec![FieldError {
            pointer: String::new(),
            message: "give either a or b".into(),
        }]));
        assert_eq!(problem.message, "give either a or b");
        assert!(problem.faults.is_empty());
    }

    #[test]
    fn a_full_disk_says_what_to_do() {
        let problem = |kind: ErrorKind| {
            Problem::from(HostError::File {
                what: "writing",
                path: "/data/components/x.wasm".into(),
                source: kind.into(),
            })
        };
        let full = problem(ErrorKind::StorageFull);
        assert_eq!(full.exit, Exit::Unavailable);
        assert!(full.advice[0].contains("free some space"), "{full:?}");
        let closed = problem(ErrorKind::PermissionDenied);
        assert!(closed.advice[0].contains("--data-dir"), "{closed:?}");
        assert!(problem(ErrorKind::NotFound).advice.is_empty());
    }

    #[test]
    fn a_defect_asks_to_be_reported() {
        let problem = Problem::from(HostError::Trap("unreachable".into()));
        assert_eq!(problem.exit, Exit::Defect);
        assert_eq!(problem.advice, [report()]);
    }
}
