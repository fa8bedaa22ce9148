//! Metadata as a resource: `EntityDefinitions` and what hangs on it, global choices, relationships, and `$metadata`.
//!
//! Everything is rendered from the schema when asked for; nothing is stored. A definition is an [`item::Item`] that
//! knows its JSON document and its children; the query options work on any item alike.

mod changes;
mod csdl;
mod dependencies;
mod documents;
mod filter;
mod item;
mod languages;
mod namespace;
mod path;
mod project;
mod respond;
mod write;

pub use changes::retrieve as changes;
pub use csdl::answer as csdl;
#[cfg(test)]
pub(crate) use csdl::render as csdl_document;
pub(crate) use dependencies::dependents;

use http::Method;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::{Address, Options};
pub(crate) use namespace::NAMESPACE;

/// Whether a first path segment names a set of definitions.
pub fn is_resource(name: &str) -> bool {
    matches!(
        name,
        "EntityDefinitions"
            | "RelationshipDefinitions"
            | "GlobalOptionSetDefinitions"
            | "ManagedPropertyDefinitions"
    )
}

/// Whether a first path segment names an action on definitions.
pub fn is_action(name: &str) -> bool {
    write::is_action(name)
}

/// Runs an action on definitions.
pub fn act(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    name: &str,
) -> Result<Response, SimError> {
    write::act(context, request, name)
}

/// Answers a request for definitions.
pub fn handle(context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    match request.method {
        Method::GET => read(context, request),
        Method::POST | Method::PUT | Method::DELETE => write::handle(context, request),
        _ => Err(SimError::method_not_allowed(
            "Operation not supported on EntityMetadata",
        )),
    }
}

fn read(context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    let resource = path::resolve(&context.schema, &request.path)?;
    let address = if resource.is_collection() {
        Address::Collection
    } else {
        Address::Row
    };
    let options = Options::parse(request.query.as_deref(), address)?;
    for (given, name) in [
        (options.top.is_some(), "$top"),
        (!options.order.is_empty(), "$orderby"),
        (options.skip_token.is_some(), "$skiptoken"),
    ] {
        if given {
            return Err(SimError::bad_url(format!(
                "The query parameter {name} is not supported"
            )));
        }
    }
    respond::answer(context, request, &resource, &options)
}
