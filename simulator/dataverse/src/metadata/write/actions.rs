//! The unbound actions that change definitions, by name.

use http::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::body::{self, Body};
use super::{errors, key, lookup, options, publish, table};
use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::schema::SchemaParts;

/// What an action does to the schema. It returns the members of its answer, if it has one.
type Change = fn(&mut SchemaParts, Body<'_>, &Connection) -> Result<Option<Value>, SimError>;

/// The actions, without those that publish.
const CHANGES: [(&str, Change); 10] = [
    ("CreateEntities", create_entities),
    ("CreateCustomerRelationships", |parts, body, _| {
        create_lookup(parts, body, true)
    }),
    ("CreatePolymorphicLookupAttribute", |parts, body, _| {
        create_lookup(parts, body, false)
    }),
    ("InsertOptionValue", |parts, body, _| {
        options::insert(parts, body).map(new_value)
    }),
    ("InsertStatusValue", |parts, body, _| {
        options::insert_status(parts, body).map(new_value)
    }),
    ("UpdateOptionValue", |parts, body, _| {
        options::update(parts, body).map(|()| None)
    }),
    ("UpdateStateValue", |parts, body, _| {
        options::update(parts, body).map(|()| None)
    }),
    ("DeleteOptionValue", |parts, body, _| {
        options::delete(parts, body).map(|()| None)
    }),
    ("OrderOption", |parts, body, _| {
        options::order(parts, body).map(|()| None)
    }),
    ("ReactivateEntityKey", |parts, body, rows| {
        key::reactivate(parts, body, rows).map(|()| None)
    }),
];

/// Whether a name is that of an action here.
pub(in crate::metadata) fn is_action(name: &str) -> bool {
    matches!(name, "PublishXml" | "PublishAllXml")
        || CHANGES.iter().any(|(known, _)| *known == name)
}

/// How many there are.
#[cfg(test)]
pub(super) fn count() -> usize {
    CHANGES.len() + 2
}

/// Runs an action.
pub(in crate::metadata) fn handle(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    name: &str,
) -> Result<Response, SimError> {
    if request.method != Method::POST {
        return Err(SimError::wrong_verb(&format!(
            "{}/{}",
            context.service_root, request.path
        )));
    }
    let members = match request.body.as_ref() {
        [] => Map::new(),
        bytes => body::parse(bytes, name)?,
    };
    let body = Body::new(&members);
    let change = CHANGES.iter().find(|(known, _)| *known == name);
    let answer = match change {
        Some((_, change)) => context
            .organisation
            .change_schema(|parts, rows| change(parts, body, rows))?,
        None if name == "PublishXml" => {
            publish::check(&context.organisation.schema(), body)?;
            None
        }
        None => None,
    };
    let Some(Value::Object(members)) = answer else {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    };
    let mut document = Map::new();
    let kind = format!(
        "{}/$metadata#Microsoft.Dynamics.CRM.{name}Response",
        context.service_root
    );
    document.insert("@odata.context".to_owned(), Value::String(kind));
    document.extend(members);
    Ok(Response::json(
        StatusCode::OK,
        Value::Object(document).to_string(),
        request.metadata_level,
    ))
}

fn new_value(value: i32) -> Option<Value> {
    Some(json!({ "NewOptionValue": value }))
}

/// `CreateEntities`: several tables at once. What it answers is not documented; the ids are what a caller needs.
fn create_entities(
    parts: &mut SchemaParts,
    body: Body<'_>,
    _rows: &Connection,
) -> Result<Option<Value>, SimError> {
    let given = body.list("Entities")?;
    if given.is_empty() {
        return Err(errors::missing("Entities"));
    }
    let mut ids = Vec::new();
    for value in given {
        let definition = Body::of(value, "Microsoft.Dynamics.CRM.ComplexEntityMetadata")?;
        ids.push(table::create(parts, definition)?);
    }
    Ok(Some(json!({ "EntityIds": ids })))
}

fn create_lookup(
    parts: &mut SchemaParts,
    body: Body<'_>,
    is_customer: bool,
) -> Result<Option<Value>, SimError> {
    let lookup = body
        .object("Lookup")?
        .ok_or_else(|| errors::missing("Lookup"))?;
    let relationships = body.list("OneToManyRelationships")?;
    let (ids, column) = lookup::create_polymorphic(parts, relationships, lookup, is_customer)?;
    Ok(Some(
        json!({ "RelationshipIds": ids, "AttributeId": column }),
    ))
}
