//! `/api/search/v1.0`: parameters in JSON, hits as flat objects with names beside lookups and dates as people read them.
//!
//! Layer: search.

use serde_json::{Map, Value, json};

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::read::formatted::moment;
use crate::rows::read::node::LOOKUP_TABLE;
use crate::rows::storage::moment::parse_moment;
use crate::schema::{Column, ColumnKind};
use crate::search::ask::{Ask, Mode, Scope, Syntax};
use crate::search::hit::{Group, Hit, annotation, formatted, value};
use crate::search::run::{find, places};
use crate::search::suggest::{completion, suggestions};
use crate::search::syntax::parse;
use crate::search::{refusal, status};

use super::given::Given;

/// Hits and suggestions that are told when the caller does not say.
const HITS: usize = 50;
const SUGGESTIONS: usize = 5;
/// Letters that a suggestion needs.
const LEAST: usize = 3;

pub(super) fn answer(
    context: &OrgContext<'_>,
    name: &str,
    given: &Map<String, Value>,
) -> Result<Value, SimError> {
    status::check(context)?;
    let given = Given(given);
    let mut ask = ask(&given)?;
    match name {
        "suggest" => {
            ask.text = given.search(LEAST)?;
            ask.top = given.top(SUGGESTIONS)?;
            let rows = suggestions(context, &ask)?;
            let rows: Vec<Value> = rows
                .iter()
                .map(|row| {
                    let document = told(&row.hit, &row.select, false);
                    json!({ "text": row.text, "document": document })
                })
                .collect();
            Ok(json!({ "value": rows }))
        }
        "autocomplete" => {
            let text = completion(context, &ask)?.unwrap_or_default();
            Ok(json!({ "value": text }))
        }
        _ => query(context, &ask),
    }
}

fn query(context: &OrgContext<'_>, ask: &Ask) -> Result<Value, SimError> {
    let places = places(context, ask)?;
    let Some(expression) = parse(&ask.text, ask.syntax, ask.mode) else {
        return Ok(
            json!({ "value": [], "facets": {}, "totalrecordcount": if ask.count { 0 } else { -1 } }),
        );
    };
    let found = find(context, ask, &places, &expression)?;
    let rows: Vec<Value> = found
        .hits
        .iter()
        .map(|hit| {
            let mut of = places.iter();
            let place = of.find(|place| std::ptr::eq(place.table, hit.table));
            told(
                hit,
                place.map_or(&[], |place| place.select.as_slice()),
                true,
            )
        })
        .collect();
    let facets: Map<String, Value> = found
        .facets
        .into_iter()
        .map(|(name, groups)| (name, groups.iter().map(group).collect()))
        .collect();
    let count = found.count.and_then(|count| i64::try_from(count).ok());
    Ok(json!({ "value": rows, "facets": facets, "totalrecordcount": count.unwrap_or(-1) }))
}

fn ask(given: &Given<'_>) -> Result<Ask, SimError> {
    let scopes = given.list("entities")?.into_iter().map(|table| Scope {
        table,
        ..Scope::default()
    });
    Ok(Ask {
        text: given.search(1)?,
        scopes: scopes.collect(),
        filter: given.text("filter")?,
        facets: given.list("facets")?,
        order: given.list("orderby")?,
        skip: given.number("skip", 0)?,
        top: given.top(HITS)?,
        count: given.flag("returntotalrecordcount")?,
        mode: match given.text("searchmode")?.as_deref() {
            None | Some("any") => Mode::Any,
            Some("all") => Mode::All,
            Some(_) => return Err(refusal::parameter("searchmode", "is any or all")),
        },
        syntax: match given.text("searchtype")?.as_deref() {
            None | Some("simple") => Syntax::Simple,
            Some("full") => Syntax::Lucene,
            Some(_) => return Err(refusal::parameter("searchtype", "is simple or full")),
        },
        fuzzy: given.flag("usefuzzy")?,
    })
}

fn told(hit: &Hit<'_>, select: &[&Column], is_scored: bool) -> Value {
    let mut row = Map::new();
    if is_scored {
        row.insert("@search.score".to_owned(), json!(hit.score));
        row.insert("@search.highlights".to_owned(), json!(hit.highlights));
    }
    row.insert(
        "@search.entityname".to_owned(),
        json!(hit.table.logical_name),
    );
    row.insert("@search.objectid".to_owned(), json!(hit.id));
    let code = json!(hit.table.object_type_code);
    row.insert("@search.objecttypecode".to_owned(), code);
    for column in select {
        let name = &column.logical_name;
        let shown = formatted(&hit.row, column);
        if column.is_lookup() {
            row.insert(name.clone(), value(&hit.row, column).clone());
            row.insert(format!("{name}name"), json!(shown));
            if let Some(table) = annotation(&hit.row, column, LOOKUP_TABLE) {
                row.insert(format!("@search.{name}.logicalname"), json!(table));
            }
            continue;
        }
        let is_date = matches!(column.kind, ColumnKind::DateTime { .. });
        let told = match shown.filter(|_| is_date) {
            Some(shown) => json!(shown),
            None => value(&hit.row, column).clone(),
        };
        row.insert(name.clone(), told);
        if column.options().is_some() {
            row.insert(format!("{name}name"), json!(shown));
        }
    }
    Value::Object(row)
}

fn group(group: &Group) -> Value {
    let mut told = Map::new();
    match group {
        Group::Value {
            value,
            label,
            count,
        } => {
            told.insert("Type".to_owned(), json!("Value"));
            told.insert("Value".to_owned(), value.clone());
            if let Some(label) = label {
                told.insert("OptionalValue".to_owned(), json!(label));
            }
            told.insert("Count".to_owned(), json!(count));
        }
        Group::Range { from, to, count } => {
            told.insert("Type".to_owned(), json!("Range"));
            for (name, edge) in [("From", from), ("To", to)] {
                if let Some(edge) = edge {
                    let shown = parse_moment(edge).map_or_else(|| edge.clone(), moment);
                    told.insert(name.to_owned(), json!(shown));
                }
            }
            told.insert("Count".to_owned(), json!(count));
        }
    }
    Value::Object(told)
}
