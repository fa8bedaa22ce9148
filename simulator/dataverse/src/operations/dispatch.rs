//! From a request to the operation that it calls.
//!
//! Layer: operations, the top (reference §6.1).

use http::Method;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::aliases;
use crate::query::parse::NAMESPACE;
use crate::rows::key::RowKey;
use crate::schema::Table;

use super::address::{Segment, segments};
use super::answer::Answer;
use super::arguments::Arguments;
use super::background;
use super::call::{Bound, Call};
use super::declaration::{Binding, Declaration, Kind};
use super::declared;
use super::operation::Run;
use super::repertoire::Repertoire;

/// Whether a request calls something on a row or an entity set. Costs one search, for every request asks.
pub fn is_bound(request: &ODataRequest) -> bool {
    request.path.contains("/Microsoft.Dynamics.CRM.")
}

/// Answers a call of an operation that is not bound.
///
/// # Errors
/// 404 for no such operation, and whatever the operation refuses.
pub fn unbound(
    repertoire: &Repertoire,
    context: &OrgContext<'_>,
    request: &ODataRequest,
) -> Result<Response, SimError> {
    let segments = segments(&request.path);
    let Some((first, rest)) = segments.split_first() else {
        return Err(SimError::unknown_segment(""));
    };
    let catalogue = context.organisation.catalogue();
    let known = catalogue.find(&first.name);
    let unbound = known.filter(|operation| operation.binding == Binding::None);
    let operation = unbound.ok_or_else(|| {
        declared::unbound(context, request, &first.name).unwrap_or_else(|| match known {
            Some(_) => SimError::unresolved_parameters(),
            None => SimError::unknown_segment(&first.name),
        })
    })?;
    if let Some(beyond) = rest.first() {
        return Err(SimError::unknown_segment(&beyond.name));
    }
    run(
        repertoire,
        context,
        request,
        operation,
        Bound::Nothing,
        first,
    )
}

/// Answers a call that was put off.
///
/// # Errors
/// Whatever the operation refuses.
pub(super) fn again(
    repertoire: &Repertoire,
    context: &OrgContext<'_>,
    request: &ODataRequest,
) -> Result<Response, SimError> {
    if is_bound(request)
        && let Some(answer) = bound(repertoire, context, request)
    {
        return answer;
    }
    unbound(repertoire, context, request)
}

/// Answers a call on a row or an entity set. `None` when the path leads elsewhere.
pub fn bound(
    repertoire: &Repertoire,
    context: &OrgContext<'_>,
    request: &ODataRequest,
) -> Option<Result<Response, SimError>> {
    let segments = segments(&request.path);
    let [owner, called, rest @ ..] = segments.as_slice() else {
        return None;
    };
    let name = called.name.strip_prefix(NAMESPACE)?;
    let table = context.schema.table_by_set(&owner.name)?;
    Some(
        match rest.first() {
            Some(beyond) => Err(SimError::unknown_segment(&beyond.name)),
            None => Ok(()),
        }
        .and_then(|()| on(repertoire, context, request, table, owner, name, called)),
    )
}

fn on(
    repertoire: &Repertoire,
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    owner: &Segment<'_>,
    name: &str,
    called: &Segment<'_>,
) -> Result<Response, SimError> {
    let key = owner.inner.as_deref().filter(|key| !key.trim().is_empty());
    let catalogue = context.organisation.catalogue();
    let operation = catalogue
        .find(name)
        .filter(|operation| match (&operation.binding, key) {
            (Binding::Row(tables), Some(_)) | (Binding::Collection(tables), None) => {
                tables.contains(&table.logical_name)
            }
            _ => false,
        })
        .ok_or_else(|| {
            declared::bound(context, request, table, name, key.is_some())
                .unwrap_or_else(|| SimError::unknown_segment(&called.name))
        })?;
    let Some(key) = key else {
        return run(
            repertoire,
            context,
            request,
            operation,
            Bound::Set(table),
            called,
        );
    };
    let key = RowKey::of_address(table, key, &aliases(request.query.as_deref()))?;
    let id = context
        .organisation
        .rows
        .database()
        .read(|connection| key.find(connection, table))?
        .ok_or_else(|| key.not_found(table))?;
    run(
        repertoire,
        context,
        request,
        operation,
        Bound::Row { table, id },
        called,
    )
}

/// Runs an action. One that fails half way has done nothing, but for those that say otherwise.
fn transact(call: &Call<'_>, code: &Run) -> Result<Answer, SimError> {
    call.atomically(|| match code(call) {
        Err(error) if error.keeps_work => Ok(Err(error)),
        other => other.map(Ok),
    })?
}

fn run(
    repertoire: &Repertoire,
    context: &OrgContext<'_>,
    request: &ODataRequest,
    operation: &Declaration,
    bound: Bound<'_>,
    called: &Segment<'_>,
) -> Result<Response, SimError> {
    let is_read = matches!(request.method, Method::GET | Method::HEAD);
    let fits = match operation.kind {
        Kind::Function => is_read,
        Kind::Action => request.method == Method::POST && called.inner.is_none(),
    };
    if !fits {
        return Err(SimError::wrong_verb(&format!(
            "{}/{}",
            context.service_root, request.path
        )));
    }
    let arguments = match operation.kind {
        Kind::Function => Arguments::from_url(
            operation,
            called.inner.as_deref().unwrap_or_default(),
            &aliases(request.query.as_deref()),
        )?,
        Kind::Action => Arguments::from_body(operation, &request.body)?,
    };
    if operation.is_custom && operation.kind == Kind::Action && request.preferences.respond_async {
        return background::accept(context, request, operation);
    }
    let code = repertoire
        .code(&operation.name)
        .ok_or_else(|| SimError::unknown_segment(&operation.name))?;
    let call = Call {
        context,
        request,
        operation,
        bound,
        arguments,
    };
    let answer = match operation.kind {
        Kind::Function => code(&call)?,
        Kind::Action if operation.is_reading => code(&call)?,
        Kind::Action => transact(&call, code)?,
    };
    answer.into_response(&call)
}
