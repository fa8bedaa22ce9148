//! What a word may name: a connection or a connector, an action.

use crate::problem::{ErrorCode, Problem, Stop};
use crate::suggest;
use airlock_runtime::store::{ConnectionName, ConnectorName, TenantId};
use airlock_runtime::{About, Action, Host};
use std::sync::Arc;

/// The manifest behind `word`, and the connection of that name, if it is one. A connection comes
/// before a connector of the same name.
pub(super) async fn manifest(
    host: &Host,
    tenant: &TenantId,
    word: &str,
) -> Result<(Arc<About>, Option<ConnectionName>), Stop> {
    let connections = host.connections(tenant).await?;
    if let Some(found) = connections
        .iter()
        .find(|connection| connection.name.as_str() == word)
    {
        let about = host.about(tenant, &found.connector).await?;
        return Ok((about, Some(found.name.clone())));
    }
    let connectors = host.connectors(tenant).await?;
    if connectors
        .iter()
        .any(|connector| connector.name.as_str() == word)
    {
        let name: ConnectorName = word
            .parse()
            .map_err(|error| Problem::input(format!("{error}")))?;
        return Ok((host.about(tenant, &name).await?, None));
    }
    let names = connections
        .iter()
        .map(|connection| connection.name.as_str())
        .chain(connectors.iter().map(|connector| connector.name.as_str()));
    Err(Problem::input(format!(
        "there is no connection and no connector \"{word}\" in tenant {tenant}"
    ))
    .coded(ErrorCode::NoSuchConnection)
    .maybe_advise(suggest::hint(word, names))
    .advise("airlock connection list and airlock connector list show what there is")
    .into())
}

/// The system called `word`, of those whose operations stand for actions.
pub(super) fn system<'a>(about: &'a About, word: &str) -> Result<&'a str, Problem> {
    let systems = about.systems();
    let found = systems
        .iter()
        .find(|system| system.eq_ignore_ascii_case(word));
    found.copied().ok_or_else(|| {
        let known = match systems.as_slice() {
            [] => "the connector speaks no other system's words".to_owned(),
            systems => format!("there are {}", systems.join(", ")),
        };
        Problem::input(format!("there is no dialect \"{word}\""))
            .maybe_advise(suggest::hint(word, systems.iter().copied()))
            .advise(known)
    })
}

/// The action called `name`.
pub(super) fn action<'a>(about: &'a About, name: &str, of: &str) -> Result<&'a Action, Problem> {
    about.action(name).ok_or_else(|| {
        let names = about.actions.iter().flat_map(|action| {
            std::iter::once(action.name.as_str()).chain(action.aliases.iter().map(String::as_str))
        });
        Problem::input(format!("there is no action \"{name}\""))
            .coded(ErrorCode::NoSuchAction)
            .maybe_advise(suggest::hint(name, names))
            .advise(format!("airlock action list {of} shows them all"))
    })
}
