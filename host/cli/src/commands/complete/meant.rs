//! What a line names: the connection, the connector and the kind of connection behind its words.

use std::sync::Arc;

use airlock_runtime::store::ConnectionName;
use airlock_runtime::{About, ConnectionKind, Host};

use super::line::Line;
use crate::context::Context;
use crate::problem::Stop;

/// The manifest behind what the line names: a connection or a connector.
pub(super) async fn about(
    context: &Context,
    host: &Host,
    line: &Line,
) -> Result<Option<Arc<About>>, Stop> {
    let named = line.value("of").or_else(|| line.value("connection"));
    let Some(word) = named else { return Ok(None) };
    let found = crate::commands::named::manifest(host, &context.globals.tenant, word).await?;
    Ok(Some(found.0))
}

/// The connection that the line names, with its manifest.
pub(super) async fn connection(
    context: &Context,
    host: &Host,
    line: &Line,
) -> Result<Option<(ConnectionName, Arc<About>)>, Stop> {
    let name = line
        .value("connection")
        .and_then(|name| name.parse::<ConnectionName>().ok());
    let Some(name) = name else { return Ok(None) };
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, &name).await?;
    let about = host.about(tenant, &connection.connector).await?;
    Ok(Some((name, about)))
}

/// The manifest of the connector that `connection add` names, or of the only one.
pub(super) async fn connector(
    context: &Context,
    host: &Host,
    line: &Line,
) -> Result<Option<Arc<About>>, Stop> {
    let tenant = &context.globals.tenant;
    let connectors = host.connectors(tenant).await?;
    let wanted = line.value("connector");
    let found = match (wanted, connectors.as_slice()) {
        (None, [only]) => Some(only),
        _ => connectors
            .iter()
            .find(|known| Some(known.name.as_str()) == wanted),
    };
    match found {
        Some(found) => Ok(Some(host.about(tenant, &found.name).await?)),
        None => Ok(None),
    }
}

/// The kind that the line names, or that its connection has.
pub(super) async fn kind(
    context: &Context,
    host: &Host,
    line: &Line,
) -> Result<Option<(ConnectionKind, Arc<About>)>, Stop> {
    let tenant = &context.globals.tenant;
    let named = line
        .value("name")
        .and_then(|name| name.parse::<ConnectionName>().ok());
    let (about, wanted) = match (named, line.path.last().map(String::as_str)) {
        (Some(name), Some("update" | "replace-secrets")) => {
            let connection = host.connection(tenant, &name).await?;
            let about = host.about(tenant, &connection.connector).await?;
            (Some(about), Some(connection.kind))
        }
        _ => (
            connector(context, host, line).await?,
            line.value("kind").map(str::to_owned),
        ),
    };
    let Some(about) = about else { return Ok(None) };
    let found = match &wanted {
        Some(wanted) => about.connection_kind(wanted),
        None => about.connections.first(),
    };
    let found = found.cloned();
    Ok(found.map(|kind| (kind, about)))
}
