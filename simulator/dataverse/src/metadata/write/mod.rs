//! Changing definitions at run time (reference §9.2 and §9.3).
//!
//! A request becomes an edit of the schema's parts. [`Organisation::change_schema`] then does the rest: tables and indexes
//! follow, the definitions are kept beside the rows, and the next request sees the new schema. An edit that is refused
//! leaves nothing behind.
//!
//! [`Organisation::change_schema`]: crate::organisation::Organisation::change_schema

mod actions;
mod body;
mod cascade;
mod choice;
mod column;
mod companions;
mod declared;
mod errors;
mod free;
mod intersect;
mod key;
mod kind;
mod label;
mod lookup;
mod names;
mod one_to_many;
mod option;
mod options;
mod place;
mod publish;
mod relationship;
mod required;
mod settings;
mod table;
mod targets;

pub(super) use actions::{handle as act, is_action};
pub(super) use declared::{DeclaredAction, declared_actions, declared_types};

use http::{Method, StatusCode};
use rusqlite::Connection;
use uuid::Uuid;

use super::item::Item;
use super::path::{self, Content};
use super::respond;
use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::{Address, Options};
use crate::rows::read::retrieve::preferences_applied;
use crate::rows::write::terms;
use crate::schema::{Schema, SchemaParts};
use body::Body;
use label::set_label;

/// The definition a request is about, by names that hold in any version of the schema.
enum Target {
    Table(String),
    Column(String, String),
    Relationship(String),
    Key(String, String),
    Choice(String),
}

/// Answers POST, PUT and DELETE on definitions.
pub(super) fn handle(
    context: &OrgContext<'_>,
    request: &ODataRequest,
) -> Result<Response, SimError> {
    match request.method {
        Method::POST => create(context, request),
        Method::PUT => {
            let target = target(&context.schema, &request.path)?;
            let members = body::parse(&request.body, "EntityMetadata")?;
            let body = Body::new(&members);
            let merge = request
                .header("MSCRM.MergeLabels")
                .is_some_and(|value| value.eq_ignore_ascii_case("true"));
            context
                .organisation
                .change_schema(|parts, _| update(parts, &target, body, merge))?;
            let schema = context.organisation.schema();
            if let Content::One(item) = path::resolve(&schema, &request.path)?.content
                && let Some(kind) = component(&item)
            {
                terms::include(context, request, kind, item.id(), true)?;
            }
            Ok(Response::empty(StatusCode::NO_CONTENT))
        }
        _ => {
            let target = target(&context.schema, &request.path)?;
            context
                .organisation
                .change_schema(|parts, rows| delete(parts, &target, rows))?;
            Ok(Response::empty(StatusCode::NO_CONTENT))
        }
    }
}

fn create(context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    let path = request.path.trim_end_matches('/');
    let members = body::parse(&request.body, "EntityMetadata")?;
    let body = Body::new(&members);
    let (parent, set) = path.rsplit_once('/').unwrap_or(("", path));
    let make = |parts: &mut SchemaParts, rows: &Connection| -> Result<Uuid, SimError> {
        match (parent, set) {
            ("", "EntityDefinitions") => table::create(parts, body),
            ("", "RelationshipDefinitions") => relationship::create(parts, body),
            ("", "GlobalOptionSetDefinitions") => choice::create(parts, body),
            (parent, "Attributes" | "Keys") => {
                let Target::Table(table) = target(&context.schema, parent)? else {
                    return Err(not_allowed());
                };
                if set == "Keys" {
                    key::create(parts, &table, body, rows)
                } else {
                    column::create(parts, &table, body)
                }
            }
            _ => Err(not_allowed()),
        }
    };
    let id = context.organisation.change_schema(make)?;
    let kind = match set {
        "EntityDefinitions" => 1,
        "Attributes" => 2,
        "GlobalOptionSetDefinitions" => 9,
        "RelationshipDefinitions" => 10,
        _ => 14,
    };
    terms::include(context, request, kind, id, true)?;
    let address = format!("{}/{path}({id})", context.service_root);
    let answer = if request.preferences.return_representation {
        representation(context, request, &format!("{path}({id})"))?
    } else {
        Response::empty(StatusCode::NO_CONTENT)
    };
    Ok(answer
        .with_header("OData-EntityId", &address)
        .with_header("Location", &address))
}

/// The new definition as it is read, for those who ask with `Prefer`.
fn representation(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    path: &str,
) -> Result<Response, SimError> {
    let schema = context.organisation.schema();
    let made = path::resolve(&schema, path)?;
    let options = Options::parse(request.query.as_deref(), Address::Row)?;
    let answer = respond::answer(context, request, &made, &options)?;
    let answer = Response {
        status: StatusCode::CREATED,
        ..answer
    };
    let applied = ["return=representation".to_owned()];
    Ok(preferences_applied(answer, request, &applied))
}

fn update(
    parts: &mut SchemaParts,
    target: &Target,
    body: Body<'_>,
    merge: bool,
) -> Result<(), SimError> {
    match target {
        Target::Table(table) => table::update(parts, table, body, merge),
        Target::Column(table, column) => column::update(parts, table, column, body, merge),
        Target::Relationship(name) => relationship::update(parts, name, body),
        Target::Choice(name) => choice::update(parts, name, body, merge),
        Target::Key(..) => Err(not_allowed()),
    }
}

fn delete(parts: &mut SchemaParts, target: &Target, rows: &Connection) -> Result<(), SimError> {
    match target {
        Target::Table(table) => table::delete(parts, table, rows),
        Target::Column(table, column) => column::delete(parts, table, column),
        Target::Relationship(name) => relationship::delete(parts, name),
        Target::Choice(name) => choice::delete(parts, name),
        Target::Key(table, key) => key::delete(parts, table, key),
    }
}

/// The type of a definition as a component of solutions.
fn component(item: &Item<'_>) -> Option<i64> {
    Some(match item {
        Item::Table(_) => 1,
        Item::Column(..) => 2,
        Item::OptionSet(_) => 9,
        Item::OneToMany(_) | Item::ManyToMany(_) => 10,
        Item::Key(..) => 14,
        Item::YesNo(..) | Item::Managed(_) => return None,
    })
}

/// What a path to one definition names. A cast at its end only says the type once more.
fn target(schema: &Schema, path: &str) -> Result<Target, SimError> {
    match path::resolve(schema, path)?.content {
        Content::One(Item::Table(table)) => Ok(Target::Table(table.logical_name.clone())),
        Content::One(Item::Column(table, column)) => Ok(Target::Column(
            table.logical_name.clone(),
            column.logical_name.clone(),
        )),
        Content::One(Item::OneToMany(one)) => Ok(Target::Relationship(one.schema_name.clone())),
        Content::One(Item::ManyToMany(many)) => Ok(Target::Relationship(many.schema_name.clone())),
        Content::One(Item::Key(table, key)) => Ok(Target::Key(
            table.logical_name.clone(),
            key.logical_name.clone(),
        )),
        Content::One(Item::OptionSet(set)) if set.is_global => Ok(Target::Choice(set.name.clone())),
        _ => Err(not_allowed()),
    }
}

fn not_allowed() -> SimError {
    SimError::method_not_allowed("The requested resource does not support this http method.")
}
