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
use super::declaration::{Binding, Kind, Parameter, Tables};

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

/// What a document says about operations that the simulator has too and tells in its own words: overloads on other tables
/// and further parameters, a line each.
pub fn told_otherwise(schema: &Schema, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = BTreeSet::new();
    for one in &schema.declared().operations {
        let Some(own) = catalogue.find(one.name()) else {
            continue;
        };
        let (fits, on) = match (place(one), &own.binding) {
            (Place::Service, binding) => (*binding == Binding::None, "nothing".to_owned()),
            (Place::Row(of), Binding::Row(tables)) => {
                (has(schema, tables, of), format!("a row of {of}"))
            }
            (Place::Set(of), Binding::Collection(tables)) => {
                (has(schema, tables, of), format!("the rows of {of}"))
            }
            (Place::Row(of), _) => (false, format!("a row of {of}")),
            (Place::Set(of), _) => (false, format!("the rows of {of}")),
        };
        let name = one.name();
        if !fits {
            lines.insert(format!(
                "the operation {name} on {on}: the simulator's own is on something else"
            ));
            continue;
        }
        let bound = usize::from(place(one) != Place::Service);
        let further = one.all("Parameter").skip(bound).map(Markup::name);
        let further: Vec<&str> = further
            .filter(|name| own.parameter(name).is_none())
            .collect();
        if !further.is_empty() {
            lines.insert(format!(
                "of the operation {name} the parameters {}: the simulator's own does not take them",
                further.join(", ")
            ));
        }
    }
    lines.into_iter().collect()
}

/// How what a document says of an operation stands to what the simulator's own of that name says.
pub enum Beside<'a> {
    /// The simulator's own words say all of it.
    Told,
    /// The same overload, which takes these parameters besides.
    Further(Vec<&'a Markup>),
    /// An overload that the simulator does not have.
    Another,
}

/// How `one` of a document stands to the simulator's own operation of its name, which is of this `kind`, called on
/// `binding` and takes `parameters`.
pub fn beside<'a>(
    schema: &Schema,
    kind: Kind,
    binding: &Binding,
    parameters: &[Parameter],
    one: &'a Markup,
) -> Beside<'a> {
    let (is_same, is_covered) = match (place(one), binding) {
        (Place::Service, Binding::None) => (true, true),
        (Place::Row(of), Binding::Row(tables)) | (Place::Set(of), Binding::Collection(tables)) => {
            let is_named = match tables {
                Tables::All => of == "crmbaseentity",
                Tables::Named(_) => tables.contains(of),
            };
            (is_named, has(schema, tables, of))
        }
        _ => (false, false),
    };
    let bound = usize::from(place(one) != Place::Service);
    let taken: Vec<&Markup> = one.all("Parameter").skip(bound).collect();
    let is_own = |name: &str| parameters.iter().any(|own| own.name == name);
    let further: Vec<&Markup> = taken
        .iter()
        .copied()
        .filter(|parameter| !is_own(parameter.name()))
        .collect();
    // Functions are told apart by the names of their parameters as well, actions by what they are called on alone.
    let lacks = kind == Kind::Function
        && parameters
            .iter()
            .any(|own| !own.is_optional && taken.iter().all(|one| own.name != one.name()));
    match (is_covered, further.is_empty() && !lacks) {
        (true, true) => Beside::Told,
        (true, false) if is_same && kind == Kind::Action => Beside::Further(further),
        _ => Beside::Another,
    }
}

/// Whether an operation on these tables is one on a type of a document, which may be what tables descend from.
fn has(schema: &Schema, tables: &Tables, of: &str) -> bool {
    tables.contains(of)
        || match tables {
            Tables::All => true,
            Tables::Named(names) => names
                .iter()
                .any(|name| schema.table(name).is_some_and(|table| table.is_a(of))),
        }
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
