//! `airlock connection …`

mod add;
mod replace_secrets;
mod sign_in;

use crate::args::ConnectionCommand;
use crate::context::Context;
use crate::problem::{Exit, Stop};
use airlock_runtime::store::{Connection, ConnectionName};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(super) async fn run(context: &Context, command: ConnectionCommand) -> Result<(), Stop> {
    match command {
        ConnectionCommand::Add(arguments) => add::run(context, arguments).await,
        ConnectionCommand::ReplaceSecrets(arguments) => {
            replace_secrets::run(context, arguments).await
        }
        ConnectionCommand::List => list(context).await,
        ConnectionCommand::Show { name } => show(context, &name).await,
        ConnectionCommand::Test { name } => test(context, &name).await,
        ConnectionCommand::SignIn(arguments) => sign_in::run(context, arguments).await,
        ConnectionCommand::SignOut { name } => sign_in::out(context, &name).await,
        ConnectionCommand::Remove { name } => remove(context, &name).await,
    }
}

async fn list(context: &Context) -> Result<(), Stop> {
    let host = context.host().await?;
    let connections = host.connections(&context.globals.tenant).await?;
    if connections.is_empty() {
        context.console.note(
            "note: no connections; add one with: airlock connection add NAME --connector CONNECTOR",
        );
    }
    let mut rows = Vec::with_capacity(connections.len());
    for connection in &connections {
        rows.push(json!({
            "name": connection.name,
            "connector": connection.connector,
            "kind": connection.kind,
            "sign-in": sign_in::column(&host, connection).await,
            "added": day(connection.created_at),
        }));
    }
    context.show(&rows.into())
}

async fn show(context: &Context, name: &ConnectionName) -> Result<(), Stop> {
    let host = context.host().await?;
    let connection = host.connection(&context.globals.tenant, name).await?;
    let mut record = record(&connection);
    if let Some(record) = record.as_object_mut() {
        record.extend(sign_in::fields(&host, &connection).await);
    }
    context.show(&record)
}

/// A connection as one flat record. Secrets are not in it, because they are not in a
/// [`Connection`].
fn record(connection: &Connection) -> Value {
    json!({
        "name": connection.name,
        "tenant": connection.tenant,
        "connector": connection.connector,
        "kind": connection.kind,
        "settings": connection.settings,
        "allowed-hosts": connection.allowed_hosts,
        "id": connection.id.to_string(),
        "added": day(connection.created_at),
        "changed": day(connection.updated_at),
    })
}

async fn test(context: &Context, name: &ConnectionName) -> Result<(), Stop> {
    let host = context.host().await?;
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
    context.show(&who)
}

async fn remove(context: &Context, name: &ConnectionName) -> Result<(), Stop> {
    let host = context.host().await?;
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

/// A time as people and programs read it.
pub(super) fn day(time: OffsetDateTime) -> String {
    time.replace_nanosecond(0)
        .unwrap_or(time)
        .format(&Rfc3339)
        .unwrap_or_default()
}
