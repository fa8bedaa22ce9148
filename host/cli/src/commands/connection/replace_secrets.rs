//! `airlock connection replace-secrets`

use super::settings::name_flags;
use super::{record, sources, update};
use crate::args::ReplaceSecrets;
use crate::context::Context;
use crate::problem::Stop;
use crate::secrets::{Needed, Sources, gather, interview};

pub(super) async fn run(context: &Context, arguments: ReplaceSecrets) -> Result<(), Stop> {
    let pointed = sources(&arguments.secrets)? != Sources::default();
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, &arguments.name).await?;
    let kind = update::kind(&host, &connection).await?;
    let mut needed = Needed::of(&kind.secrets);
    if pointed {
        // What the flags leave out stays as it is.
        needed.iter_mut().for_each(|secret| secret.required = false);
    }
    let flags = arguments.secrets;
    let given = interview(context.terminal(), move |terminal| {
        gather(&needed, &sources(&flags)?, terminal)
    })
    .await?;
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
