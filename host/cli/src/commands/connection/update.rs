//! `airlock connection update` and `airlock connection rename`

use super::record;
use super::settings::{judge, name_flags, read};
use crate::args::UpdateConnection;
use crate::context::Context;
use crate::flags::properties;
use crate::problem::{Code, Problem, Stop, secret_by_argument};
use crate::suggest;
use airlock_runtime::store::Connection;
use airlock_runtime::store::ConnectionName;
use airlock_runtime::{ConnectionKind, Host};
use serde_json::{Map, Value};

pub(super) async fn run(context: &Context, arguments: UpdateConnection) -> Result<(), Stop> {
    if !arguments.secret_arguments.is_empty() {
        return Err(secret_by_argument("--secret").into());
    }
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, &arguments.name).await?;
    let kind = kind(&host, &connection).await?;
    let settings = changed(&kind, &connection, &arguments)?;
    judge(&kind, &settings, &host.config().egress)?;
    let hosts = hosts(&connection, &arguments)?;
    if Value::Object(settings.clone()) == connection.settings && hosts == connection.allowed_hosts {
        return Err(Problem::input("nothing to change was given")
            .coded(Code::Usage)
            .advise("a setting is changed by: --setting NAME=VALUE")
            .advise(format!(
                "secrets are replaced by: airlock connection replace-secrets {}",
                connection.name
            ))
            .into());
    }
    let updated = host
        .update_connection(tenant, &arguments.name, Value::Object(settings), hosts)
        .await
        .map_err(|error| Stop::from(error).map(name_flags))?;
    context.done(
        &format!("updated connection {}", updated.name),
        &record(&updated),
    )?;
    context.console.note(&format!(
        "try it:  airlock connection test {}",
        updated.name
    ));
    Ok(())
}

pub(super) async fn rename(
    context: &Context,
    name: &ConnectionName,
    to: &ConnectionName,
) -> Result<(), Stop> {
    let host = context.host().await?;
    let renamed = host
        .rename_connection(&context.globals.tenant, name, to)
        .await?;
    context.done(
        &format!("connection {name} is now {}", renamed.name),
        &record(&renamed),
    )
}

/// The kind of a connection that is kept.
pub(super) async fn kind(host: &Host, connection: &Connection) -> Result<ConnectionKind, Problem> {
    let about = host
        .about(&connection.tenant, &connection.connector)
        .await?;
    about
        .connection_kind(&connection.kind)
        .cloned()
        .ok_or_else(|| {
            Problem::input(format!(
                "connector {} no longer has the kind of connection \"{}\"",
                connection.connector, connection.kind
            ))
        })
}

/// The settings as they will be.
fn changed(
    kind: &ConnectionKind,
    connection: &Connection,
    arguments: &UpdateConnection,
) -> Result<Map<String, Value>, Problem> {
    let mut settings = connection.settings.as_object().cloned().unwrap_or_default();
    for name in &arguments.unset {
        if settings.remove(name).is_none() {
            let given = connection.settings.as_object().into_iter().flatten();
            let names: Vec<&str> = given.map(|(name, _)| name.as_str()).collect();
            let known = properties(&kind.settings, &[]);
            let there = match known.iter().any(|property| property.name == *name) {
                true => "is at its default already",
                false => "is no setting of this connection",
            };
            return Err(Problem::input(format!("--unset {name}: it {there}"))
                .maybe_advise(suggest::hint(name, names)));
        }
    }
    settings.extend(read(kind, &arguments.settings)?);
    Ok(settings)
}

/// The hosts that will be granted besides those of the kind.
fn hosts(connection: &Connection, arguments: &UpdateConnection) -> Result<Vec<String>, Problem> {
    let mut hosts = connection.allowed_hosts.clone();
    for host in &arguments.disallowed_hosts {
        let before = hosts.len();
        hosts.retain(|known| known != host);
        if hosts.len() == before {
            return Err(Problem::input(format!(
                "--disallow-host {host}: that host was not granted"
            ))
            .maybe_advise(suggest::hint(host, hosts.iter().map(String::as_str))));
        }
    }
    for host in &arguments.allowed_hosts {
        if !hosts.contains(host) {
            hosts.push(host.clone());
        }
    }
    Ok(hosts)
}
