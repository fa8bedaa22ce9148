//! From a path and a method to what must be done: the data API's table of contents.
//!
//! Layer: rows, the top.

use http::{Method, StatusCode};
use uuid::Uuid;

use crate::changes;
use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::{Address, Options, aliases};
use crate::schema::{Navigation, OneToMany, Table};
use crate::security::{Access, check_stored, require, require_named};

use super::audit;
use super::elastic;
use super::files::{self, FileColumn};
use super::key::RowKey;
use super::path::{self, Segment};
use super::read::scan::Rows;
use super::read::{json, list, property, references, retrieve};
use super::storage::{draft::load, unions};
use super::write::{associate, associate::End, create, delete, parties, update};
use super::{Cell, StoreError};

/// Answers a request whose first path segment is an entity set: rows, their properties, links and counts.
pub fn handle(context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    let segments = path::segments(&request.path)?;
    let Some((first, rest)) = segments.split_first() else {
        return Err(SimError::unknown_segment(""));
    };
    let table = context
        .schema
        .table_by_set(&first.name)
        .ok_or_else(|| SimError::unknown_segment(&first.name))?;
    let key = match &first.key {
        Some(key) => Some(RowKey::of_address(
            table,
            key,
            &aliases(request.query.as_deref()),
        )?),
        None => None,
    };
    if table.is_elastic {
        return elastic::handle(context, request, table, key.as_ref(), |request| {
            dispatch(context, request, table, key.clone(), &first.raw, rest)
        });
    }
    dispatch(context, request, table, key, &first.raw, rest)
}

/// Answers a request to a table: one to a row when there is a key. `raw` is the first part of the path.
fn dispatch(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    key: Option<RowKey>,
    raw: &str,
    rest: &[Segment],
) -> Result<Response, SimError> {
    if table.logical_name == audit::TABLE {
        require_named(context, audit::READ)?;
    }
    if let Some(key) = key {
        return row(context, request, table, key, raw, rest);
    }
    let verb = Verb::of(request)?;
    if verb == Verb::Get {
        require(context, table, Access::Read)?;
    }
    match (rest, verb) {
        ([], Verb::Get) if changes::concerns(request) => changes::get(context, request, table),
        ([], Verb::Get) => list::get(context, request, Rows::Of(table)),
        ([], Verb::Post) => create::post(context, request, table),
        ([segment], Verb::Get) if segment.name == "$count" && changes::concerns(request) => {
            changes::count(context, request, table)
        }
        ([segment], Verb::Get) if segment.name == "$count" => {
            list::count(context, request, Rows::Of(table))
        }
        ([segment], Verb::Get) if segment.name == "$ref" => {
            references::get(context, request, Rows::Of(table))
        }
        ([], _) => Err(not_allowed(request)),
        ([segment, ..], _) => Err(unknown(context, segment)),
    }
}

/// The methods that the data API knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Get,
    Post,
    Patch,
    Put,
    Delete,
}

impl Verb {
    fn of(request: &ODataRequest) -> Result<Self, SimError> {
        Ok(match request.method {
            Method::GET | Method::HEAD => Self::Get,
            Method::POST => Self::Post,
            Method::PATCH => Self::Patch,
            Method::PUT => Self::Put,
            Method::DELETE => Self::Delete,
            _ => return Err(not_allowed(request)),
        })
    }
}

/// A row and what hangs on it. `raw` is the row's part of the URL.
fn row(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    key: RowKey,
    raw: &str,
    rest: &[Segment],
) -> Result<Response, SimError> {
    let verb = Verb::of(request)?;
    let Some((segment, more)) = rest.split_first() else {
        return match verb {
            Verb::Get => retrieve::get(context, request, table, identify(context, table, &key)?),
            Verb::Patch => update::patch(context, request, table, key, raw),
            Verb::Delete => delete::delete(context, request, table, &key),
            Verb::Post | Verb::Put => Err(not_allowed(request)),
        };
    };
    let id = existing(context, table, &key)?;
    check_stored(context, table, id, Access::Read)?;
    if segment.key.is_none()
        && let Some(column) = FileColumn::find(table, &segment.name)
        && let Some(answer) = file(context, request, column, id, more)
    {
        return answer;
    }
    if table.property(&segment.name).is_some() && segment.key.is_none() {
        return match (more, verb) {
            ([], Verb::Get) => property::get(context, request, table, id, &segment.name, false),
            ([], Verb::Put) => update::property(
                context,
                request,
                table,
                id,
                &segment.name,
                Some(&request.body),
            ),
            ([], Verb::Delete) => {
                update::property(context, request, table, id, &segment.name, None)
            }
            ([last], Verb::Get) if last.name == "$value" => {
                property::get(context, request, table, id, &segment.name, true)
            }
            ([], _) => Err(not_allowed(request)),
            ([last, ..], _) => Err(unknown(context, last)),
        };
    }
    match table.navigation(&segment.name) {
        None => Err(unknown(context, segment)),
        Some(navigation @ Navigation::ManyToOne(relationship)) => {
            let end = End {
                table,
                id,
                navigation,
            };
            match (more, verb) {
                ([last], Verb::Get) if last.name == "$ref" => {
                    reference(context, request, &end, relationship)
                }
                ([last], Verb::Put) if last.name == "$ref" => {
                    associate::attach(context, request, &end)
                }
                ([last], Verb::Delete) if last.name == "$ref" => {
                    associate::detach(context, &end, None)
                }
                // A row is changed and deleted at its own address: here it would be mistaken for its lookup.
                ([], Verb::Post | Verb::Patch | Verb::Put | Verb::Delete) => {
                    Err(not_allowed(request))
                }
                _ => match behind(context, table, id, relationship)? {
                    Some((target, target_id)) => {
                        row(context, request, target, RowKey::Id(target_id), raw, more)
                    }
                    None => Ok(Response::empty(StatusCode::NO_CONTENT)),
                },
            }
        }
        Some(navigation) => collection(
            context,
            request,
            &End {
                table,
                id,
                navigation,
            },
            segment,
            more,
        ),
    }
}

/// The file or picture of a row. `None` for what its column answers like any other.
fn file(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    column: FileColumn<'_>,
    row: Uuid,
    more: &[Segment],
) -> Option<Result<Response, SimError>> {
    let is_json = request
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    match (more, &request.method) {
        ([last], &Method::GET | &Method::HEAD) if last.name == "$value" => {
            Some(files::get(context, request, column, row))
        }
        ([], &Method::GET) if request.header("range").is_some() => {
            Some(files::get_encoded(context, request, column, row))
        }
        ([], &Method::PATCH) => Some(files::put(context, request, column, row)),
        ([], &Method::PUT) if !is_json => Some(files::put(context, request, column, row)),
        _ => None,
    }
}

/// The rows that a collection-valued navigation property leads to.
fn collection(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    end: &End<'_>,
    segment: &Segment,
    more: &[Segment],
) -> Result<Response, SimError> {
    let rows = Rows::Related {
        id: end.id,
        navigation: end.navigation,
    };
    let far = rows.table(&context.schema)?;
    let verb = Verb::of(request)?;
    if let Some(key) = &segment.key {
        let key = RowKey::of_address(far, key, &aliases(request.query.as_deref()))?;
        let id = existing(context, far, &key)?;
        return match (more, verb) {
            ([last], Verb::Delete) if last.name == "$ref" => associate::detach(
                context,
                end,
                Some(&format!("{}({id})", far.entity_set_name)),
            ),
            _ if !list::leads_to(context, rows, id)? => Err(key.not_found(far)),
            _ => row(
                context,
                request,
                far,
                RowKey::Id(id),
                &format!("{}({id})", far.entity_set_name),
                more,
            ),
        };
    }
    match (more, verb) {
        ([], Verb::Get) => list::get(context, request, rows),
        ([], Verb::Post) => create::post_related(context, request, end, far),
        ([], Verb::Put) if parties::leads_to_parties(end.navigation) => {
            parties::replace(context, request, end)
        }
        ([last], Verb::Get) if last.name == "$count" => list::count(context, request, rows),
        ([last], Verb::Get) if last.name == "$ref" => references::get(context, request, rows),
        ([last], Verb::Post) if last.name == "$ref" => associate::attach(context, request, end),
        ([last], Verb::Delete) if last.name == "$ref" => {
            let options = Options::parse(request.query.as_deref(), Address::Reference)?;
            associate::detach(context, end, options.id.as_deref())
        }
        ([], _) => Err(not_allowed(request)),
        ([last, ..], _) => Err(unknown(context, last)),
    }
}

/// `GET …/primarycontactid/$ref`.
fn reference(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    end: &End<'_>,
    relationship: &OneToMany,
) -> Result<Response, SimError> {
    let Some((target, id)) = behind(context, end.table, end.id, relationship)? else {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    };
    let mut body = vec![b'{'];
    if request.metadata_level != MetadataLevel::None {
        json::text_member(
            &mut body,
            "@odata.context",
            &format!("{}/$metadata#$ref", context.service_root),
        );
    }
    json::text_member(
        &mut body,
        "@odata.id",
        &format!("{}/{}({id})", context.service_root, target.entity_set_name),
    );
    body.push(b'}');
    Ok(Response::json(StatusCode::OK, body, request.metadata_level))
}

/// The row that a lookup points at. A lookup that points at another table than the navigation property leads to is empty.
fn behind<'a>(
    context: &'a OrgContext<'_>,
    table: &Table,
    id: Uuid,
    relationship: &OneToMany,
) -> Result<Option<(&'a Table, Uuid)>, SimError> {
    let found = context
        .organisation
        .rows
        .database()
        .read(|connection| Ok::<_, StoreError>(load(connection, table, id)?))?;
    let (draft, _) = found.ok_or_else(|| SimError::row_not_found(&table.logical_name, id))?;
    let cell = draft.named(table, &relationship.referencing_attribute);
    let target = match cell {
        Cell::Lookup { table, .. } => table.as_ref(),
        _ => relationship.referenced.as_str(),
    };
    let target = context.schema.table(target);
    Ok(target
        .filter(|table| unions::fits(&relationship.referenced, table))
        .zip(cell.id()))
}

/// The id that a key stands for. One given as such is not looked up: whoever uses it will see whether it is there.
fn identify(context: &OrgContext<'_>, table: &Table, key: &RowKey) -> Result<Uuid, SimError> {
    match key {
        RowKey::Id(id) => Ok(*id),
        RowKey::Alternate(_) => existing(context, table, key),
    }
}

fn existing(context: &OrgContext<'_>, table: &Table, key: &RowKey) -> Result<Uuid, SimError> {
    let found = context
        .organisation
        .rows
        .database()
        .read(|connection| key.find(connection, table))?;
    found.ok_or_else(|| key.not_found(table))
}

fn unknown(context: &OrgContext<'_>, segment: &Segment) -> SimError {
    if context.organisation.catalogue().is_bound(&segment.name) {
        return SimError::unresolved_parameters();
    }
    SimError::unknown_segment(&segment.name)
}

fn not_allowed(request: &ODataRequest) -> SimError {
    SimError::method_not_allowed(format!(
        "The requested resource does not support http method '{}'.",
        request.method
    ))
}
