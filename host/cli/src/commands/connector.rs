//! `airlock connector …`

use super::tenant;
use super::times::stamp;
use crate::args::ConnectorCommand;
use crate::context::Context;
use crate::output::{Format, clean};
use crate::problem::{Problem, Stop};
use crate::prose::wrap;
use airlock_runtime::store::{Connector, ConnectorName};
use airlock_runtime::{Grant, Inspection};
use serde_json::{Value, json};
use std::path::Path;

pub(super) async fn run(context: &Context, command: ConnectorCommand) -> Result<(), Stop> {
    match command {
        ConnectorCommand::Add { file, name } => add(context, &file, name).await,
        ConnectorCommand::List => list(context).await,
        ConnectorCommand::Inspect { target } => inspect(context, &target).await,
        ConnectorCommand::Remove { name, sure } => remove(context, &name, sure.yes).await,
    }
}

async fn add(context: &Context, file: &Path, name: Option<ConnectorName>) -> Result<(), Stop> {
    let wasm = read(file)?;
    let host = context.host().await?;
    let added = host
        .add_connector(&context.globals.tenant, name, wasm)
        .await
        .map_err(|error| {
            Stop::from(error).map(|problem| problem.at("file", file.display().to_string()))
        })?;
    context.done(
        &format!(
            "added connector {} {} (sha256 {})",
            added.name,
            clean(&added.version),
            added.digest
        ),
        &record(&added),
    )
}

async fn list(context: &Context) -> Result<(), Stop> {
    let host = context.host().await?;
    let connectors = host.connectors(&context.globals.tenant).await?;
    if connectors.is_empty() {
        let make = "airlock connector add FILE.wasm";
        tenant::nothing_there(context, &host, "connectors", make).await?;
    }
    let rows = connectors.iter().map(record).collect();
    context.list(rows, &["name", "version", "title", "added"])
}

fn record(connector: &Connector) -> Value {
    json!({
        "name": connector.name,
        "version": connector.version,
        "title": connector.title,
        "added": stamp(connector.added_at),
        "digest": connector.digest,
    })
}

async fn remove(context: &Context, name: &ConnectorName, yes: bool) -> Result<(), Stop> {
    let host = context.host().await?;
    context
        .sure(&format!("Remove connector {name}?"), yes)
        .await?;
    host.remove_connector(&context.globals.tenant, name).await?;
    context.done(
        &format!("removed connector {name}"),
        &json!({"removed": name}),
    )
}

/// A word that names a file is a file; `./name` always is.
async fn inspect(context: &Context, target: &str) -> Result<(), Stop> {
    let path = Path::new(target);
    let host = context.host().await?;
    let found = if path.is_file() {
        host.inspect(&read(path)?).await
    } else if let Ok(name) = target.parse::<ConnectorName>()
        && !target.ends_with(".wasm")
    {
        let wasm = host.component_bytes(&context.globals.tenant, &name).await?;
        host.inspect(&wasm).await
    } else {
        return Err(Problem::input(format!("there is no file {target}")).into());
    };
    let found =
        found.map_err(|error| Stop::from(error).map(|problem| problem.at("component", target)))?;
    if context.format(true) == Format::Table {
        return context.say(&portrait(&found, context.term.width));
    }
    let whole = serde_json::to_value(&found)
        .map_err(|error| Problem::new(crate::problem::Exit::Defect, error.to_string()))?;
    context.show(&whole)
}

fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(file).map_err(|error| {
        Problem::input(format!("{} cannot be read: {error}", file.display()))
            .advise("a connector is a WebAssembly component, usually a file ending in .wasm")
    })
}

/// What a component is and may do, for a person who decides whether to run it.
fn portrait(found: &Inspection, width: Option<u16>) -> String {
    let about = &found.about;
    let mut text = format!(
        "{} — {} {}\n{}\n\n  digest    sha256:{}\n  size      {} bytes\n  contract  {}\n",
        clean(&about.title),
        clean(&about.name),
        clean(&about.version),
        wrap(&clean(&about.description), width, ""),
        found.digest,
        found.bytes,
        clean(&found.contract),
    );
    if let Some(took) = found.compiled_in_ms {
        text.push_str(&format!("  compiled  in {took} ms\n"));
    }
    section(&mut text, "It asks of this host", &found.imports);
    text.push('\n');
    for sentence in GETS {
        text.push_str(&wrap(sentence, width, "  "));
        text.push('\n');
    }
    text.push_str("\nIt connects by\n");
    for kind in &about.connections {
        text.push_str(&format!(
            "  {:<20} {}\n",
            clean(&kind.name),
            clean(&kind.title)
        ));
        let hosts: Vec<String> = kind.hosts.iter().map(|host| clean(host)).collect();
        text.push_str(&format!("  {:<20} may reach {}\n", "", hosts.join(", ")));
        if kind.grant == Grant::None {
            text.push_str(&format!("  {:<20} without a credential\n", ""));
        }
        if !kind.grant.is_served() {
            text.push_str(&format!(
                "  {:<20} (this host cannot sign in that way yet)\n",
                ""
            ));
        }
    }
    text.push_str("\nIt can\n");
    for action in about.actions_of(None) {
        let mut marks = Vec::new();
        if action.traits.read_only {
            marks.push("reads");
        }
        if action.traits.destructive {
            marks.push("destructive");
        }
        if action.traits.pipes {
            marks.push("streams");
        }
        let marks = match marks.as_slice() {
            [] => String::new(),
            marks => format!(" [{}]", marks.join(", ")),
        };
        text.push_str(&format!(
            "  {:<20} {}{marks}\n",
            clean(&action.name),
            clean(&action.title)
        ));
    }
    if !about.triggers.is_empty() {
        text.push_str("\nIt can watch for\n");
        for trigger in &about.triggers {
            text.push_str(&format!(
                "  {:<20} {}\n",
                clean(&trigger.name),
                clean(&trigger.title)
            ));
        }
    }
    text
}

/// What the host makes of a component's imports, whatever they are. A toolchain imports all of
/// `wasi:cli` as soon as it needs one part of it.
const GETS: [&str; 2] = [
    "It gets clocks, randomness and a way to send requests, which leave through the egress alone.",
    "Environment, arguments, standard input and terminals are empty; it gets no files and no sockets.",
];

fn section(text: &mut String, heading: &str, lines: &[String]) {
    text.push_str(&format!("\n{heading}\n"));
    for line in lines {
        text.push_str(&format!("  {}\n", clean(line)));
    }
}
