//! The host's errors as problems: what they are about, and what to do about each from a command line.
//! The host knows no flag and no command; they stand here.

use super::connector::{self, faulty, is_sign_in_needed};
use super::report::report;
use super::{Exit, Origin, Problem};
use airlock_runtime::auth::AuthError;
use airlock_runtime::{ConfigFault, ConnectionFault, DeadlineBy, Errand, HostError, Named};
use std::io::ErrorKind;

impl From<HostError> for Problem {
    fn from(error: HostError) -> Self {
        let exit = Exit::from(error.category());
        let origin = origin(&error);
        let problem = Self::new(exit, error.to_string()).coded(error.code());
        let mut problem = match error {
            HostError::Connector(error) => connector::problem(exit, error),
            HostError::Fields(fields) => faulty(exit, fields),
            HostError::Unknown { what, known, .. } => {
                problem.maybe_advise(first_one(what).filter(|_| known.is_empty()))
            }
            HostError::Connection { fault, .. } => problem.maybe_advise(mended(&fault)),
            HostError::NoDataFolder => problem.advise("for one command: --data-dir FOLDER"),
            HostError::Component(_) => {
                problem.advise("airlock connector inspect FILE shows what a component is")
            }
            HostError::Deadline {
                by: DeadlineBy::Caller,
                ..
            } => problem.advise("give it a longer --deadline, or ask for less"),
            HostError::Trap(_) | HostError::Defect(_) => problem.advise(report()),
            HostError::Busy(busy) => problem.advise(format!(
                "try again in a moment, or raise {} under [{}]",
                busy.setting, busy.section
            )),
            HostError::Config {
                fault: ConfigFault::NotASize { .. },
                ..
            } => problem.advise(
                "write a number of bytes, or one with a unit, such as \"128MiB\" or \"1.5GB\"",
            ),
            HostError::File { source, .. } => problem.maybe_advise(remedy(source.kind())),
            // These name their own remedy.
            _ => problem,
        };
        problem.origin = origin;
        problem
    }
}

fn origin(error: &HostError) -> Origin {
    match error {
        error if needs_sign_in(error) => Origin::SignIn,
        HostError::Connector(_) | HostError::Auth(_) | HostError::Egress(_) => Origin::Service,
        HostError::Budget { .. } => Origin::Budget,
        _ => Origin::Here,
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

/// How the first of its kind is made.
fn first_one(what: Named) -> Option<String> {
    let command = match what {
        Named::Connection => "airlock connection add NAME --connector CONNECTOR",
        Named::Connector => "airlock connector add FILE.wasm",
        Named::ConnectionKind | Named::Action | Named::Trigger => return None,
    };
    Some(format!("add one with: {command}"))
}

/// What mends a connection.
fn mended(fault: &ConnectionFault) -> Option<String> {
    let ConnectionFault::NotGranted { errand, target, .. } = fault else {
        return None;
    };
    let what = match errand {
        Errand::Reach | Errand::SignIn => "host",
        Errand::SendSecrets => "address",
    };
    Some(format!(
        "if you trust that {what}, allow it: --allow-host {target}"
    ))
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

#[cfg(test)]
mod tests {
    use super::*;
    use airlock_runtime::egress::EgressError;
    use airlock_runtime::store::StoreError;
    use airlock_runtime::{Busy, ConnectorError, Counted, Failure};

    fn not_granted(errand: Errand, target: &str) -> HostError {
        HostError::Connection {
            connection: "crm".parse().unwrap(),
            fault: ConnectionFault::NotGranted {
                errand,
                target: target.into(),
                setting: None,
            },
        }
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
        let cases: [(HostError, &str, u8); 12] = [
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
                    setting: "memory-bytes",
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
            (not_granted(Errand::Reach, "evil.example"), "not-granted", 2),
            (
                HostError::Unknown {
                    what: Named::Connection,
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
    fn a_host_that_nobody_named_is_allowed_by_a_flag() {
        let advice = |errand, target| Problem::from(not_granted(errand, target)).advice;
        assert_eq!(
            advice(Errand::Reach, "evil.example"),
            ["if you trust that host, allow it: --allow-host evil.example"]
        );
        assert_eq!(
            advice(Errand::SendSecrets, "https://evil.example/token"),
            ["if you trust that address, allow it: --allow-host https://evil.example/token"]
        );
    }

    #[test]
    fn a_deadline_names_the_flag_or_the_setting_that_set_it() {
        let problem = |by| {
            Problem::from(HostError::Deadline {
                after_ms: 5_000,
                by,
            })
        };
        let asked = problem(DeadlineBy::Caller);
        assert!(asked.advice[0].contains("--deadline"), "{asked:?}");
        assert!(!asked.message.contains("raise"), "{asked:?}");
        let set = problem(DeadlineBy::Setting("pipe-ms"));
        assert!(
            set.message.contains("raise pipe-ms under [budgets]"),
            "{set:?}"
        );
        assert!(set.advice.is_empty(), "{set:?}");
    }

    #[test]
    fn the_first_of_its_kind_is_made_by_a_command() {
        let problem = |what, known: &[&str]| {
            Problem::from(HostError::Unknown {
                what,
                name: "x".into(),
                nearest: None,
                known: known.iter().map(|&name| name.into()).collect(),
            })
        };
        let none = problem(Named::Connection, &[]);
        assert!(
            none.advice[0].contains("airlock connection add"),
            "{none:?}"
        );
        assert!(problem(Named::Connection, &["crm"]).advice.is_empty());
        assert!(problem(Named::Action, &[]).advice.is_empty());
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
    fn who_is_busy_learns_which_setting_would_let_more_in() {
        let problem = Problem::from(HostError::Busy(Busy {
            tenant: Some("contoso".parse().unwrap()),
            counted: Counted::Calls,
            most: 64,
            setting: "tenant-calls",
            section: "budgets",
            waited: std::time::Duration::from_secs(10),
        }));
        assert_eq!(
            (problem.code.as_str(), problem.exit),
            ("tenant-busy", Exit::Unavailable)
        );
        assert_eq!(
            problem.advice,
            ["try again in a moment, or raise tenant-calls under [budgets]"]
        );
    }

    #[test]
    fn a_size_that_is_none_gets_an_example() {
        let problem = Problem::from(HostError::Config {
            path: Some("/etc/airlock.toml".into()),
            fault: ConfigFault::NotASize {
                setting: "budgets.memory-bytes".into(),
                given: "much".into(),
            },
        });
        assert_eq!(
            problem.message,
            "configuration /etc/airlock.toml: budgets.memory-bytes = \"much\" is no size"
        );
        assert!(problem.advice[0].contains("128MiB"), "{problem:?}");
    }

    #[test]
    fn a_defect_asks_to_be_reported() {
        let problem = Problem::from(HostError::Trap("unreachable".into()));
        assert_eq!(problem.exit, Exit::Defect);
        assert_eq!(problem.advice, [report()]);
    }

    #[test]
    fn a_sign_in_that_is_needed_is_told_from_a_credential_that_is_wrong() {
        let direct = HostError::Auth(AuthError::SignInNeeded {
            code: None,
            message: "nobody has signed in".into(),
            advice: "sign in again".into(),
        });
        let problem = Problem::from(direct);
        assert_eq!((problem.origin, problem.exit.code()), (Origin::SignIn, 3));
    }
}
