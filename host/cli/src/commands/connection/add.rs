//! `airlock connection add`

use super::settings::{judge, name_flags, read};
use super::wizard::{self, Known};
use super::{record, sign_in, sources, test};
use crate::args::AddConnection;
use crate::context::Context;
use crate::problem::{Problem, Stop};
use crate::secrets::{Needed, gather, interview};
use airlock_runtime::{Host, NewConnection};
use serde_json::Value;

pub(super) async fn run(context: &Context, arguments: AddConnection) -> Result<(), Stop> {
    sources(&arguments.secrets)?;
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let known = known(context, &host).await?;
    let helped = arguments.name.is_none();
    let (name, connector) = interview(context.terminal(), move |terminal| {
        wizard::beginning(terminal, arguments.name, arguments.connector, &known)
    })
    .await?;
    let about = host.about(tenant, &connector).await?;
    let egress = host.config().egress.clone();
    // Questions wait on a thread of their own, which needs what it asks about for itself.
    let (helped, kind, settings) = interview(context.terminal(), move |terminal| {
        let kind = wizard::kind(terminal, &about, arguments.kind.as_deref())?;
        let mut settings = read(kind, &arguments.settings)?;
        let asked = wizard::settings(terminal, kind, &mut settings, &egress)?;
        judge(kind, &settings, &egress)?;
        Ok((helped || asked, kind.clone(), settings))
    })
    .await?;
    let needed = Needed::of(&kind.secrets);
    let flags = arguments.secrets;
    let secrets = interview(context.terminal(), move |terminal| {
        gather(&needed, &sources(&flags)?, terminal)
    })
    .await?;
    let added = host
        .add_connection(NewConnection {
            tenant: tenant.clone(),
            name,
            connector,
            kind: kind.name.clone(),
            settings: Value::Object(settings),
            secrets,
            allowed_hosts: arguments.allowed_hosts,
        })
        .await
        .map_err(|error| Stop::from(error).map(name_flags))?;
    context.done(&format!("added connection {}", added.name), &record(&added))?;
    if sign_in::after_adding(context, &host, &added, &arguments.sign_in).await? {
        return Ok(());
    }
    // Whoever was led so far is led on; the connection stays, whatever the answer.
    if helped && context.agrees("Test it now?", true).await.unwrap_or(false) {
        return test(context, &host, &added.name).await;
    }
    context
        .console
        .note(&format!("try it:  airlock connection test {}", added.name));
    Ok(())
}

async fn known(context: &Context, host: &Host) -> Result<Known, Problem> {
    let tenant = &context.globals.tenant;
    let connections = host.connections(tenant).await?;
    let connectors = host.connectors(tenant).await?;
    Ok(Known {
        connections: connections.into_iter().map(|known| known.name).collect(),
        connectors: connectors
            .into_iter()
            .map(|known| (known.name, known.title))
            .collect(),
    })
}
