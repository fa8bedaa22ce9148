//! Operations that only an organisation's own document describes: the simulator knows their names and has no code for them.
//!
//! Layer: operations. A call is refused by name, so that nobody takes a missing answer for a wrong address.

use std::collections::BTreeSet;

use http::Method;

use crate::http::{ODataRequest, SimError};
use crate::metadata;
use crate::organisation::OrgContext;
use crate::schema::{Markup, Place, Schema, Table, place};

use super::catalogue::Catalogue;

/// Names of the operations of a document that nothing answers, each once.
pub fn without_code(schema: &Schema, catalogue: &Catalogue) -> Vec<String> {
    let declared = schema.declared().operations.iter();
    let names: BTreeSet<&str> = declared.map(Markup::name).collect();
    let is_answered = |name: &str| catalogue.find(name).is_some() || metadata::is_action(name);
    names
        .into_iter()
        .filter(|name| !is_answered(name))
        .map(str::to_owned)
        .collect()
}

/// Why an operation that is not bound is not answered; `None` when the document has none of this name.
pub(super) fn unbound(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    name: &str,
) -> Option<SimError> {
    let declared = context.schema.declared();
    let mut overloads = declared.overloads(name).peekable();
    overloads.peek()?;
    let found = overloads.find(|one| place(one) == Place::Service);
    Some(found.map_or_else(SimError::unresolved_parameters, |one| {
        refusal(context, request, one)
    }))
}

/// Why an operation on a row or set of a table is not answered; `None` when the document has none that fits.
pub(super) fn bound(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    name: &str,
    has_key: bool,
) -> Option<SimError> {
    let fits = |one: &&Markup| match place(one) {
        Place::Service => false,
        Place::Row(of) => has_key && table.is_a(of),
        Place::Set(of) => !has_key && table.is_a(of),
    };
    let found = context.schema.declared().overloads(name).find(fits);
    found.map(|one| refusal(context, request, one))
}

fn refusal(context: &OrgContext<'_>, request: &ODataRequest, operation: &Markup) -> SimError {
    let is_read = matches!(request.method, Method::GET | Method::HEAD);
    let (kind, fits) = match operation.element.as_str() {
        "Function" => ("function", is_read),
        _ => ("action", request.method == Method::POST),
    };
    if !fits {
        let url = format!("{}/{}", context.service_root, request.path);
        return SimError::wrong_verb(&url);
    }
    SimError::not_simulated(format_args!(
        "the {kind} '{}', which only the organisation's $metadata describes (a file for --operations can say what it does),",
        operation.name()
    ))
}
