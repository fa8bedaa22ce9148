//! The host's errors as problems: their places and what to do about each.

use super::{Exit, Fault, Origin, Problem};
use airlock_runtime::auth::AuthError;
use airlock_runtime::egress::RefusalCode;
use airlock_runtime::{ConnectorError, Failure, FieldError, HostError};
use std::io::ErrorKind;

/// Where to report defects: without an address a person knows at least what to enclose.
const REPORT: &str = "this is a defect, not your mistake; please report it with this message";

impl From<HostError> for Problem {
    fn from(error: HostError) -> Self {
        let exit = Exit::from(error.category());
        let problem = Self::new(exit, error.to_string());
        let origin = match &error {
            error if needs_sign_in(error) => Origin::SignIn,
            HostError::Connector(_) | HostError::Auth(_) | HostError::Egress(_) => Origin::Service,
            HostError::Budget { .. } => Origin::Budget,
            _ => Origin::Here,
        };
        let mut problem = match error {
            HostError::Connector(error) => connector(exit, error),
            HostError::Fields(fields) => faulty(exit, fields),
            HostError::Component(_) => {
                problem.advise("airlock connector inspect FILE shows what a component is")
            }
            HostError::Trap(_) | HostError::Defect(_) => problem.advise(REPORT),
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
    let (what, failure) = match error {
        ConnectorError::InvalidInput(fields) => return faulty(exit, fields),
        ConnectorError::Internal(message) => {
            return Problem::new(exit, format!("the connector failed: {message}")).advise(REPORT);
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
            return refused(exit, "the service asks its callers to slow down", failure)
                .advise(wait);
        }
        ConnectorError::Unavailable(failure) => ("the service is not available", failure),
        ConnectorError::Rejected(failure) => ("the service refused", failure),
        ConnectorError::CursorExpired(failure) => ("the cursor has expired", failure),
    };
    refused(exit, what, failure)
}

fn refused(exit: Exit, what: &str, failure: Failure) -> Problem {
    let mut problem = match failure.message.trim() {
        "" => Problem::new(exit, what),
        message => Problem::new(exit, format!("{what}: {message}")),
    };
    let code = failure.code.filter(|code| !code.is_empty());
    if failure.refused_by_host {
        let (place, told) = refusal(&code.unwrap_or_default());
        return problem.at(place, told);
    }
    let service = match (failure.status, code) {
        (Some(status), Some(code)) => Some(format!("HTTP {status}, code {code}")),
        (Some(status), None) => Some(format!("HTTP {status}")),
        (None, Some(code)) => Some(format!("code {code}")),
        (None, None) => None,
    };
    if let Some(service) = service {
        problem = problem.at("service", service);
    }
    if let Some(id) = failure.request_id.filter(|id| !id.is_empty()) {
        problem = problem.at("request-id", id);
    }
    problem
}

/// What the host answered in the service's place, and on whose account.
fn refusal(code: &str) -> (&'static str, String) {
    match RefusalCode::parse(code) {
        Some(RefusalCode::CredentialRefused) => (
            "refused-by",
            format!("the sign-in service ({code}); the service itself was not asked"),
        ),
        Some(RefusalCode::CredentialRejected) => (
            "refused-by",
            format!("the service ({code}), which does not take this connection's credential"),
        ),
        Some(RefusalCode::Unreachable | RefusalCode::CredentialUnreachable) => (
            "not-sent",
            format!("there is no way there ({code}); repeating will not help"),
        ),
        _ => (
            "refused-by",
            format!("this host ({code}); the service was not asked"),
        ),
    }
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
        assert_eq!(
            problem.places,
            [
                ("service", "HTTP 400, code 0x80060888".to_owned()),
                ("request-id", "f00".to_owned())
            ]
        );
    }

    #[test]
    fn what_the_host_refused_itself_is_not_blamed_on_the_service() {
        let refused = |refused_by_host| {
            Problem::from(HostError::Connector(ConnectorError::Forbidden(Failure {
                message: "egress to evil.example denied".into(),
                status: Some(403),
                code: Some("egress-denied".into()),
                request_id: None,
                refused_by_host,
            })))
        };
        assert_eq!(refused(true).places[0].0, "refused-by");
        assert_eq!(
            refused(false).places[0].0,
            "service",
            "the code alone may be anybody's"
        );
        for (code, place, who) in [
            ("egress-denied", "refused-by", "this host"),
            ("credential-refused", "refused-by", "the sign-in service"),
            (
                "credential-rejected",
                "refused-by",
                "the service (credential-rejected)",
            ),
            ("unreachable", "not-sent", "there is no way"),
        ] {
            let error = ConnectorError::Unauthenticated(Failure {
                code: Some(code.into()),
                refused_by_host: true,
                ..failure()
            });
            let (at, told) = &Problem::from(HostError::Connector(error)).places[0];
            assert_eq!(*at, place, "{code}");
            assert!(told.starts_with(who), "{code}: {told}");
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
    fn a_throttled_call_says_how_long_to_wait() {
        let problem = Problem::from(HostError::Connector(ConnectorError::Throttled {
            failure: failure(),
            retry_after_ms: Some(1500),
        }));
        assert_eq!(problem.exit, Exit::Unavailable);
        assert_eq!(problem.advice, ["wait 2 s, then try again"]);
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
        assert_eq!(problem.advice, [REPORT]);
    }
}
