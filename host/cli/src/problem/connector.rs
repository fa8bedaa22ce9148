//! What a connector answers as a problem: the service's words, its places, and who refused.

use super::report::report;
use super::{Exit, Fault, Problem, Said};
use airlock_runtime::egress::RefusalCode;
use airlock_runtime::{ConnectorError, ErrorCode, Failure, FieldError};
use std::time::Duration;

pub(super) fn is_sign_in_needed(failure: &Failure) -> bool {
    failure.refusal() == Some(RefusalCode::SignInNeeded)
}

/// Who answered in the service's place.
fn refused_by(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::EgressDenied => "the policy of this host; the service was not asked",
        RefusalCode::Quota => "a quota of this host; the service was not asked",
        RefusalCode::CredentialRefused => {
            "the authority that gives out tokens; the service was not asked"
        }
        RefusalCode::CredentialRejected => {
            "the service, which does not take this connection's credential"
        }
        RefusalCode::SignInNeeded => {
            "this host, until a person has signed in; the service was not asked"
        }
        RefusalCode::CredentialInvalid => {
            "this host, which cannot use the credential as it is set up; the service was not asked"
        }
        RefusalCode::CredentialUnavailable => {
            "no one: no token could be had; the service was not asked"
        }
        RefusalCode::CredentialUnreachable | RefusalCode::Unreachable => {
            "no one: there is no way there until something is mended; repeating will not help"
        }
    }
}

pub(super) fn problem(exit: Exit, error: ConnectorError) -> Problem {
    let code = error.code();
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
    code: ErrorCode,
    what: &str,
    failure: Failure,
    retry_after: Option<Duration>,
) -> Problem {
    let mut problem = match failure.message.trim() {
        "" => Problem::new(exit, what),
        message => Problem::new(exit, format!("{what}: {message}")),
    }
    .coded(code);
    let mut said = Said {
        retry_after,
        ..Said::default()
    };
    match failure.refusal() {
        Some(refusal) => problem = problem.at("refused-by", refused_by(refusal)),
        None => {
            said.status = failure.status;
            said.code = failure.code.filter(|code| !code.is_empty());
            said.request_id = failure.request_id.filter(|id| !id.is_empty());
        }
    }
    problem.said = Some(Box::new(said)).filter(|said| **said != Said::default());
    problem
}

pub(super) fn faulty(exit: Exit, fields: Vec<FieldError>) -> Problem {
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
    use crate::problem::{Code, Origin};
    use airlock_runtime::HostError;

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
        assert_eq!(problem.code, Code::Host(ErrorCode::Rejected));
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
            assert_eq!(forged.code, Code::Host(ErrorCode::Forbidden));
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
}
