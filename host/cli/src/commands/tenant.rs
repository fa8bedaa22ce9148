//! `airlock tenant …`

use crate::args::TenantCommand;
use crate::context::Context;
use crate::problem::Stop;
use crate::suggest;
use airlock_runtime::Host;
use serde_json::json;

pub(super) async fn run(context: &Context, command: TenantCommand) -> Result<(), Stop> {
    match command {
        TenantCommand::List => list(context).await,
    }
}

async fn list(context: &Context) -> Result<(), Stop> {
    let host = context.host().await?;
    let mut rows = Vec::new();
    for tenant in host.tenants().await? {
        rows.push(json!({
            "tenant": tenant,
            "connectors": host.connectors(&tenant).await?.len(),
            "connections": host.connections(&tenant).await?.len(),
        }));
    }
    if rows.is_empty() {
        context.console.note("note: nothing is kept of any tenant");
    }
    context.show(&rows.into())
}

/// What to say of a list that is empty: how its first entry is made, or that the tenant may be misspelt.
pub(super) async fn nothing_there(
    context: &Context,
    host: &Host,
    what: &str,
    make: &str,
) -> Result<(), Stop> {
    let tenant = &context.globals.tenant;
    let others = host.tenants().await?;
    let known = others.contains(tenant);
    let hint = match others.is_empty() || known {
        true => None,
        false => suggest::nearest(tenant.as_str(), others.iter().map(|other| other.as_str())),
    };
    let advice = match hint {
        Some(other) => format!("did you mean --tenant {other}?"),
        None if known || others.is_empty() => format!("add one with: {make}"),
        None => format!("add one with: {make}; airlock tenant list shows other tenants"),
    };
    context
        .console
        .note(&format!("note: tenant {tenant} has no {what}; {advice}"));
    Ok(())
}
