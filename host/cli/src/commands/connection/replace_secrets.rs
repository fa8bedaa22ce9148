//! `airlock connection replace-secrets`

use super::add::{name_flags, sources};
use super::record;
use crate::args::ReplaceSecrets;
use crate::context::Context;
use crate::problem::{Problem, Stop};
use crate::secrets::{Needed, Sources, Terminal, gather};

pub(super) async fn run(context: &Context, arguments: ReplaceSecrets) -> Result<(), Stop> {
    let sources = sources(&arguments.secrets)?;
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, &arguments.name).await?;
    let about = host.about(tenant, &connection.connector).await?;
    let kind = about.connection_kind(&connection.kind).ok_or_else(|| {
        Problem::input(format!(
            "connector {} no longer has the kind of connection \"{}\"",
            connection.connector, connection.kind
        ))
    })?;
    let mut needed = Needed::of(&kind.secrets);
    if sources != Sources::default() {
        // What the flags leave out stays as it is.
        needed.iter_mut().for_each(|secret| secret.required = false);
    }
    let mut terminal = Terminal {
        asks: context.term.asks,
    };
    let given = gather(&needed, &sources, &mut terminal)?;
    let names: Vec<String> = given.keys().cloned().collect();
    let changed = host
        .replace_secrets(tenant, &arguments.name, given)
        .await
        .map_err(|error| Stop::from(error).map(name_flags))?;
    context.done(
        &format!(
            "replaced {} of connection {}",
            names.join(" and "),
            changed.name
        ),
        &record(&changed),
    )?;
    context.console.note(&format!(
        "try it:  airlock connection test {}",
        changed.name
    ));
    Ok(())
}
