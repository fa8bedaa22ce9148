//! `airlock connection export` and `airlock connection import`

use super::document::{Document, Entry};
use super::settings::{judge, name_flags};
use super::{kinds, sources};
use crate::args::{ExportConnections, ImportConnections, SecretFlags};
use crate::context::Context;
use crate::output::{Format, Layout, Wish};
use crate::problem::{Code, ErrorCode, Problem, Stop};
use crate::secrets::{Ask, Needed, Sources, by_connection, complete, gather, interview};
use airlock_runtime::store::Secrets;
use airlock_runtime::{Host, NewConnection};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Read as _;

pub(super) async fn export(context: &Context, arguments: ExportConnections) -> Result<(), Stop> {
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connections = match arguments.names.is_empty() {
        true => host.connections(tenant).await?,
        false => {
            let mut found = Vec::new();
            for name in &arguments.names {
                found.push(host.connection(tenant, name).await?);
            }
            found
        }
    };
    let document = Document::of(connections);
    if arguments.toml {
        return context.say(&document.toml()?);
    }
    // A document is to be read again: nobody means a table of it.
    let format = context.globals.output.unwrap_or(Format::Json);
    context.print(&document.json(), format, Layout::new(&Wish::default()))?;
    Ok(())
}

pub(super) async fn import(context: &Context, arguments: ImportConnections) -> Result<(), Stop> {
    let pointed = sources(&arguments.secrets)?;
    if arguments.file == "-" && (pointed.stdin_all || pointed.stdin_one.is_some()) {
        return Err(
            Problem::input("standard input cannot hold both the document and secrets")
                .coded(Code::Usage)
                .into(),
        );
    }
    let text = read(&arguments.file)
        .map_err(|error| Problem::input(format!("{} cannot be read: {error}", arguments.file)))?;
    let document = Document::read(&text, &arguments.file)?;
    let host = context.host().await?;
    // Every one is judged before the first is made, and before anybody types a secret.
    let mut needed = Vec::new();
    free(context, &host, &document).await?;
    for entry in &document.connections {
        let secrets = judged(context, &host, entry).await?;
        needed.push((entry.name.to_string(), secrets));
    }
    let flags = arguments.secrets;
    let secrets = interview(context.terminal(), move |terminal| {
        gathered(&needed, &flags, terminal)
    })
    .await?;
    let mut names = Vec::new();
    for (entry, secrets) in document.connections.into_iter().zip(secrets) {
        let added = host
            .add_connection(NewConnection {
                tenant: context.globals.tenant.clone(),
                name: entry.name,
                connector: entry.connector,
                kind: entry.kind,
                settings: Value::Object(entry.settings),
                secrets,
                allowed_hosts: entry.allowed_hosts,
            })
            .await
            .map_err(|error| Stop::from(error).map(name_flags))?;
        names.push(added.name.to_string());
    }
    context.done(
        &format!("added: {}", names.join(", ")),
        &json!({"added": names}),
    )
}

fn read(file: &str) -> std::io::Result<String> {
    if file != "-" {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

/// No name may be taken, by what is there or by the document itself.
async fn free(context: &Context, host: &Host, document: &Document) -> Result<(), Problem> {
    let there = host.connections(&context.globals.tenant).await?;
    let mut taken: BTreeSet<_> = there.into_iter().map(|known| known.name).collect();
    let twice: Vec<String> = document
        .connections
        .iter()
        .filter(|entry| !taken.insert(entry.name.clone()))
        .map(|entry| entry.name.to_string())
        .collect();
    if twice.is_empty() {
        return Ok(());
    }
    Err(
        Problem::input(format!("there is already: {}", twice.join(", ")))
            .coded(ErrorCode::Exists)
            .advise("nothing was added; give it another name in the document, or rename or remove what is there"),
    )
}

/// Whether a connection could be made; answers the secrets that it needs.
async fn judged(context: &Context, host: &Host, entry: &Entry) -> Result<Vec<Needed>, Problem> {
    let located = |problem: Problem| problem.at("connection", entry.name.as_str());
    let about = host.about(&context.globals.tenant, &entry.connector).await;
    let about = about.map_err(|error| located(error.into()))?;
    let kind = kinds::meant(&about, Some(&entry.kind)).map_err(located)?;
    let kind = kind.ok_or_else(|| kinds::missing(&about))?;
    judge(kind, &entry.settings, &host.config().egress).map_err(located)?;
    Ok(Needed::of(&kind.secrets))
}

/// The secrets of each connection, in their order.
fn gathered(
    needed: &[(String, Vec<Needed>)],
    flags: &SecretFlags,
    ask: &mut dyn Ask,
) -> Result<Vec<Secrets>, Problem> {
    let pointed = sources(flags)?;
    if let [(_, needed)] = needed {
        return Ok(vec![gather(needed, &pointed, ask)?]);
    }
    let all_at_once = Sources {
        stdin_all: true,
        ..Sources::default()
    };
    let mut given = match pointed {
        pointed if pointed == all_at_once => by_connection(ask)?,
        pointed if pointed == Sources::default() => Default::default(),
        _ => {
            return Err(Problem::input(
                "the document has several connections, and that flag names the secret of one",
            )
            .coded(Code::Usage)
            .advise("give all of them by --secrets-stdin: {\"connection\": {\"name\": \"value\", …}, …}"));
        }
    };
    if let Some(unknown) = given
        .keys()
        .find(|name| needed.iter().all(|(known, _)| known != *name))
    {
        return Err(Problem::input(format!(
            "standard input has secrets of \"{unknown}\", which is not in the document"
        )));
    }
    needed
        .iter()
        .map(|(name, needed)| {
            let given = given.remove(name).unwrap_or_default();
            ask.tell(&format!("Secrets of {name}:"));
            complete(needed, given, ask).map_err(|problem| problem.at("connection", name))
        })
        .collect()
}
