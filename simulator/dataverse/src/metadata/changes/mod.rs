//! `RetrieveMetadataChanges`: definitions of every kind by one query, and what became of them since a caller last asked.
//!
//! Layer: metadata (reference §9.4). Shape of the answer as Microsoft's "Query schema definitions" shows it: all members
//! are there, those that nobody asked for are null.

mod condition;
mod query;
mod shape;
mod stamp;

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::item::{Children, Item};
use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::schema::{DefinitionKind, Schema};

use query::{Part, Query};
use shape::Shaper;
use stamp::Stamp;

/// Children of a table, and which part of a query is about them.
const CHILDREN: [&str; 5] = [
    "Attributes",
    "OneToManyRelationships",
    "ManyToOneRelationships",
    "ManyToManyRelationships",
    "Keys",
];

/// Answers a query. `deleted` names the kinds of which the deleted ones are wanted, as `Entity,Attribute` or `All`.
///
/// # Errors
/// 400 for a query that cannot be read, and `0x80044352` for a stamp that is too old.
pub fn retrieve(
    context: &OrgContext<'_>,
    query: Option<&RawValue>,
    deleted: Option<&str>,
    stamp: Option<&str>,
) -> Result<Value, SimError> {
    let query = Query::read(query)?;
    let schema = &*context.schema;
    let since = stamp
        .filter(|text| !text.is_empty())
        .map(|text| {
            let days = stamp::days(context)?;
            Stamp::read(text, schema.version(), context.now, days)
        })
        .transpose()?;
    let shaper = Shaper {
        since,
        languages: query.languages(),
    };
    let mut tables = Vec::new();
    for table in schema.tables() {
        tables.extend(described(schema, &query, &shaper, &Item::Table(table))?);
    }
    Ok(json!({
        "ServerVersionStamp": Stamp::now(schema.version(), context.now),
        "DeletedMetadata": gone(schema, deleted.unwrap_or_default(), since),
        "EntityMetadata": tables,
    }))
}

/// A table with the children that are wanted; `None` when it does not fit or nothing of it has changed.
fn described(
    schema: &Schema,
    query: &Query,
    shaper: &Shaper<'_>,
    table: &Item<'_>,
) -> Result<Option<Value>, SimError> {
    let document = table.document();
    if !condition::fits(&document, query.table.criteria.as_ref())? {
        return Ok(None);
    }
    let mut has_changed = shaper.is_wanted(table);
    let mut value = shaper.shape(schema, table, document, &query.table);
    for name in CHILDREN {
        let mut children = Vec::new();
        if query.table.wants(name)
            && let Some(Children::Many(items)) = table.children(schema, name)
        {
            children = some(schema, query.part(name), shaper, &items)?;
        }
        has_changed |= !children.is_empty();
        value.insert(name.to_owned(), Value::Array(children));
    }
    Ok(has_changed.then_some(Value::Object(value)))
}

fn some(
    schema: &Schema,
    part: &Part,
    shaper: &Shaper<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Value>, SimError> {
    let mut values = Vec::new();
    for item in items.iter().filter(|item| shaper.is_wanted(item)) {
        let document = item.document();
        if condition::fits(&document, part.criteria.as_ref())? {
            let value = shaper.shape(schema, item, document, part);
            values.push(Value::Object(value));
        }
    }
    Ok(values)
}

/// Ids of what was deleted since then, by kind. Deleted keys have no kind of their own and are not told.
fn gone(schema: &Schema, wanted: &str, since: Option<u64>) -> Value {
    let wants = |kind: &str| {
        wanted
            .split(',')
            .map(str::trim)
            .any(|one| one == "All" || one == kind || (one == "Default" && kind == "Entity"))
    };
    let mut kinds: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for one in schema.deleted() {
        let kind = match one.kind {
            DefinitionKind::Entity => "Entity",
            DefinitionKind::Attribute => "Attribute",
            DefinitionKind::Relationship => "Relationship",
            DefinitionKind::OptionSet => "OptionSet",
            DefinitionKind::EntityKey => continue,
        };
        if wants(kind) && since.is_some_and(|since| one.version > since) {
            kinds.entry(kind).or_default().push(one.id);
        }
    }
    let of_kind = |ids: Vec<Uuid>| json!({ "Items": ids });
    let (keys, values): (Vec<_>, Vec<_>) = kinds
        .into_iter()
        .map(|(kind, ids)| (kind, of_kind(ids)))
        .unzip();
    json!({ "Count": keys.len(), "IsReadOnly": false, "Keys": keys, "Values": values })
}
