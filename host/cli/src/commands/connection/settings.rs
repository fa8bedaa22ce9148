//! Settings as the command line gives them, and faults of settings by the flags that mend them.

use super::super::form;
use crate::flags::properties;
use crate::problem::{Problem, secret_by_argument};
use crate::secrets::Needed;
use airlock_runtime::egress::EgressConfig;
use airlock_runtime::{ConnectionKind, check_settings};
use serde_json::{Map, Value};

/// Reads `--setting` flags. A secret among them is refused.
pub(super) fn read(kind: &ConnectionKind, typed: &[String]) -> Result<Map<String, Value>, Problem> {
    refuse_secrets(typed, &Needed::of(&kind.secrets))?;
    form::read("setting", typed, &properties(&kind.settings, &[]))
}

/// Judges settings before a person types secrets.
pub(super) fn judge(
    kind: &ConnectionKind,
    settings: &Map<String, Value>,
    egress: &EgressConfig,
) -> Result<(), Problem> {
    let settings = Value::Object(settings.clone());
    check_settings(kind, &settings, egress).map_err(|error| name_flags(Problem::from(error)))
}

fn refuse_secrets(settings: &[String], needed: &[Needed]) -> Result<(), Problem> {
    for setting in settings {
        let name = setting.split_once('=').map_or(setting.as_str(), |(n, _)| n);
        let name = name.trim_end_matches(':');
        // `client_secret` and `clientSecret` are attempts at the same thing.
        let secret =
            |needed: &&Needed| crate::flags::kebab(&needed.name) == crate::flags::kebab(name);
        if needed.iter().any(|needed| secret(&needed)) {
            return Err(secret_by_argument("--setting"));
        }
    }
    Ok(())
}

/// Faults of settings and secrets, by the flags that give them.
pub(super) fn name_flags(mut problem: Problem) -> Problem {
    for fault in &mut problem.faults {
        fault.flag = if let Some(name) = fault.pointer.strip_prefix("/settings/") {
            Some(format!("--setting {name}"))
        } else {
            fault
                .pointer
                .strip_prefix("/secrets/")
                .map(|name| format!("secret {name}"))
        };
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Fault;

    fn needed() -> [Needed; 1] {
        [Needed {
            name: "client-secret".into(),
            help: String::new(),
            required: true,
        }]
    }

    #[test]
    fn a_secret_among_the_settings_is_refused_without_repeating_it() {
        for setting in [
            "client-secret=hunter2",
            "client_secret=hunter2",
            "clientSecret:=\"hunter2\"",
        ] {
            let refused = refuse_secrets(&[setting.to_owned()], &needed());
            let problem = refused.unwrap_err();
            assert_eq!(problem.exit.code(), 2);
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
            assert!(problem.advice[1].contains("--secret-file"));
        }
        refuse_secrets(&["web-api-url=x".to_owned()], &needed()).unwrap();
    }

    #[test]
    fn faults_are_named_by_the_flag_that_mends_them() {
        let mut problem = Problem::input("x");
        for pointer in ["/settings/web-api-url", "/secrets/client-id"] {
            problem.faults.push(Fault {
                pointer: pointer.into(),
                flag: None,
                message: String::new(),
            });
        }
        let flags: Vec<Option<String>> = name_flags(problem)
            .faults
            .into_iter()
            .map(|fault| fault.flag)
            .collect();
        assert_eq!(
            flags,
            [
                Some("--setting web-api-url".to_owned()),
                Some("secret client-id".to_owned())
            ]
        );
    }
}
