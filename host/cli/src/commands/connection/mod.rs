//! `airlock connection …`

mod add;
mod document;
mod kinds;
mod list;
mod replace_secrets;
mod settings;
mod sign_in;
mod transfer;
mod update;
mod wizard;

use super::times::stamp;
use crate::args::{ConnectionCommand, SecretFlags};
use crate::context::Context;
use crate::output::{Format, clean, pairs};
use crate::problem::{Exit, Problem, Stop, secret_by_argument};
use crate::secrets::Sources;
use airlock_runtime::store::{Connection, ConnectionName};
use airlock_runtime::{Host, secrets_go_to};
use serde_json::{Map, Value, json};

pub(super) async fn run(context: &Context, command: ConnectionCommand) -> Result<(), Stop> {
    match command {
        ConnectionCommand::Add(arguments) => add::run(context, arguments).await,
        ConnectionCommand::Update(arguments) => update::run(context, arguments).await,
        ConnectionCommand::Rename { name, to } => update::rename(context, &name, &to).await,
        ConnectionCommand::ReplaceSecrets(arguments) => {
            replace_secrets::run(context, arguments).await
        }
        ConnectionCommand::List { columns } => list::run(context, &columns).await,
        ConnectionCommand::Show { name } => show(context, &name).await,
        ConnectionCommand::Test { name } => {
            let host = context.host().await?;
            test(context, &host, &name).await
        }
        ConnectionCommand::SignIn(arguments) => sign_in::run(context, arguments).await,
        ConnectionCommand::SignOut { name } => sign_in::out(context, &name).await,
        ConnectionCommand::Export(arguments) => transfer::export(context, arguments).await,
        ConnectionCommand::Import(arguments) => transfer::import(context, arguments).await,
        ConnectionCommand::Remove { name, sure } => remove(context, &name, sure.yes).await,
    }
}

/// What the flags point to; a secret that stands there itself is refused.
fn sources(flags: &SecretFlags) -> Result<Sources<'_>, Problem> {
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

async fn show(context: &Context, name: &ConnectionName) -> Result<(), Stop> {
    let host = context.host().await?;
    let connection = host.connection(&context.globals.tenant, name).await?;
    let signed_in = sign_in::fields(&host, &connection).await;
    if context.format(true) == Format::Table {
        return context.say(&portrait(&connection, &signed_in, context.term.width));
    }
    let mut record = record(&connection);
    if let Some(record) = record.as_object_mut() {
        record.extend(signed_in);
    }
    context.show(&record)
}

/// A connection for people: one setting a line.
fn portrait(connection: &Connection, signed_in: &Map<String, Value>, width: Option<u16>) -> String {
    let line = |name: &str, value: String| (name.to_owned(), clean(&value));
    let mut lines = vec![
        line("name", connection.name.to_string()),
        line("tenant", connection.tenant.to_string()),
        line("connector", connection.connector.to_string()),
        line("kind", connection.kind.clone()),
    ];
    for (name, value) in connection.settings.as_object().into_iter().flatten() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        lines.push((clean(name), clean(&text)));
    }
    for (name, value) in signed_in {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        lines.push(line(name, text));
    }
    for host in &connection.allowed_hosts {
        match secrets_go_to(host) {
            Some(setting) => lines.push(line("secrets go to", setting.to_owned())),
            None => lines.push(line("may also reach", host.clone())),
        }
    }
    lines.push(line("added", stamp(connection.created_at)));
    lines.push(line("changed", stamp(connection.updated_at)));
    lines.push(line("id", connection.id.to_string()));
    pairs(lines, width)
}

/// A connection as one flat record. Secrets are not in it, because they are not in a
/// [`Connection`].
fn record(connection: &Connection) -> Value {
    let allowed = &connection.allowed_hosts;
    let hosts = allowed.iter().filter(|host| secrets_go_to(host).is_none());
    let settings = allowed.iter().filter_map(|host| secrets_go_to(host));
    json!({
        "name": connection.name,
        "tenant": connection.tenant,
        "connector": connection.connector,
        "kind": connection.kind,
        "settings": connection.settings,
        "allowed-hosts": hosts.collect::<Vec<_>>(),
        "secrets-go-to": settings.collect::<Vec<_>>(),
        "id": connection.id.to_string(),
        "added": stamp(connection.created_at),
        "changed": stamp(connection.updated_at),
    })
}

async fn test(context: &Context, host: &Host, name: &ConnectionName) -> Result<(), Stop> {
    let connection = host.connection(&context.globals.tenant, name).await?;
    context.uses(host, &connection).await?;
    let who = host
        .check(&context.globals.tenant, name)
        .await
        .map_err(|error| {
            Stop::from(error).map(|problem| match problem.exit {
                // The name or a setting is wrong, and the problem says which.
                Exit::Input => problem,
                _ => sign_in::mend(problem.at("connection", name.as_str()), name)
                    .advise(look_at(name)),
            })
        })?;
    context.console.settle();
    context
        .console
        .note(&format!("connection {name} works; it speaks as:"));
    context.show(&who.json().await?)
}

async fn remove(context: &Context, name: &ConnectionName, yes: bool) -> Result<(), Stop> {
    let host = context.host().await?;
    // A name that nothing has is said before anybody is asked about it.
    host.connection(&context.globals.tenant, name).await?;
    context
        .sure(&format!("Remove connection {name} and its secrets?"), yes)
        .await?;
    host.remove_connection(&context.globals.tenant, name)
        .await?;
    context.done(
        &format!("removed connection {name} and its secrets"),
        &json!({"removed": name}),
    )
}

fn look_at(name: &ConnectionName) -> String {
    format!("airlock connection show {name} shows its settings; --trace shows each request")
}
