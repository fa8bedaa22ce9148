//! `airlock connection add`

use super::super::form;
use super::{record, sign_in};
use crate::args::{AddConnection, SecretFlags};
use crate::context::Context;
use crate::flags::properties;
use crate::problem::{Fault, Problem, Stop, secret_by_argument};
use crate::secrets::{Needed, Sources, Terminal, gather};
use crate::suggest;
use airlock_runtime::{About, ConnectionKind, NewConnection};
use serde_json::Value;

pub(super) async fn run(context: &Context, arguments: AddConnection) -> Result<(), Stop> {
    let sources = sources(&arguments.secrets)?;
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    // A name that is taken is said before anybody types a secret.
    if host
        .connections(tenant)
        .await?
        .iter()
        .any(|known| known.name == arguments.name)
    {
        return Err(Problem::input(format!(
            "there is a connection \"{}\" already",
            arguments.name
        ))
        .advise(format!(
            "choose another name, or remove it first: airlock connection remove {}",
            arguments.name
        ))
        .into());
    }
    let about = host.about(tenant, &arguments.connector).await?;
    let kind = kind(&about, arguments.kind.as_deref())?;
    let needed = Needed::of(&kind.secrets);
    refuse_secrets_among_settings(&arguments.settings, &needed)?;
    let settings = form::read(
        "setting",
        &arguments.settings,
        &properties(&kind.settings, &[]),
    )?;
    missing_settings(kind, &settings)?;
    let mut terminal = Terminal {
        asks: context.term.asks,
    };
    let secrets = gather(&needed, &sources, &mut terminal)?;
    let added = host
        .add_connection(NewConnection {
            tenant: tenant.clone(),
            name: arguments.name.clone(),
            connector: arguments.connector,
            kind: kind.name.clone(),
            settings: Value::Object(settings),
            secrets,
            allowed_hosts: arguments.allowed_hosts,
        })
        .await
        .map_err(|error| Stop::from(error).map(name_flags))?;
    context.done(&format!("added connection {}", added.name), &record(&added))?;
    if !sign_in::after_adding(context, &host, &added, &arguments.sign_in).await? {
        context
            .console
            .note(&format!("try it:  airlock connection test {}", added.name));
    }
    Ok(())
}

/// What the flags point to; a secret that stands there itself is refused.
pub(super) fn sources(flags: &SecretFlags) -> Result<Sources<'_>, Problem> {
    if !flags.secret_arguments.is_empty() {
        return Err(secret_by_argument("--secret"));
    }
    Ok(Sources {
        stdin_one: flags.secret_stdin.as_deref(),
        stdin_all: flags.secrets_stdin,
        files: &flags.secret_files,
        variables: &flags.secret_variables,
    })
}

fn kind<'a>(about: &'a About, asked: Option<&str>) -> Result<&'a ConnectionKind, Problem> {
    let names = || about.connections.iter().map(|kind| kind.name.as_str());
    let list = || names().collect::<Vec<_>>().join(", ");
    let Some(asked) = asked else {
        return match about.connections.as_slice() {
            [only] => Ok(only),
            _ => Err(
                Problem::input("which kind of connection? --kind is missing")
                    .advise(format!("--kind is one of: {}", list())),
            ),
        };
    };
    about.connection_kind(asked).ok_or_else(|| {
        Problem::input(format!(
            "connector {} has no kind of connection \"{asked}\"",
            about.name
        ))
        .maybe_advise(suggest::hint(asked, names()))
        .advise(format!("--kind is one of: {}", list()))
    })
}

fn refuse_secrets_among_settings(settings: &[String], needed: &[Needed]) -> Result<(), Problem> {
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

/// Required settings are missed before a person types secrets.
fn missing_settings(
    kind: &ConnectionKind,
    settings: &serde_json::Map<String, Value>,
) -> Result<(), Problem> {
    let missing: Vec<Fault> = properties(&kind.settings, &[])
        .into_iter()
        .filter(|property| {
            property.required
                && property.default.is_none()
                && !settings.contains_key(&property.name)
        })
        .map(|property| Fault {
            pointer: format!("/settings/{}", property.name),
            flag: Some(format!("--setting {}=…", property.name)),
            message: if property.help.is_empty() {
                "is missing".to_owned()
            } else {
                format!("is missing: {}", property.help)
            },
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::input(format!("a {} connection needs more settings", kind.name));
    problem.faults = missing;
    Err(problem)
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
            let refused = refuse_secrets_among_settings(&[setting.to_owned()], &needed());
            let problem = refused.unwrap_err();
            assert_eq!(problem.exit.code(), 2);
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
            assert!(problem.advice[1].contains("--secret-file"));
        }
        refuse_secrets_among_settings(&["web-api-url=x".to_owned()], &needed()).unwrap();
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
