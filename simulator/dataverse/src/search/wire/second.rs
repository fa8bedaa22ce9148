//! `/api/search/v2.0` and the operations `searchquery`, `searchsuggest`, `searchautocomplete`: JSON written into texts,
//! there and back.
//!
//! Layer: search.

use serde_json::{Map, Value, json};

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::read::node::{FORMATTED, LOOKUP_TABLE};
use crate::schema::Column;
use crate::search::ask::{Ask, Mode, Scope, Syntax};
use crate::search::hit::{Group, Hit, annotation, value};
use crate::search::run::{find, places};
use crate::search::suggest::{completion, suggestions};
use crate::search::syntax::parse;
use crate::search::{refusal, status};

use super::given::{Given, texts};

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
    let mut ask = ask(context, &given)?;
    match name {
        "suggest" => {
            ask.text = given.search(LEAST)?;
            ask.top = given.top(SUGGESTIONS)?;
            let rows = suggestions(context, &ask)?;
            let rows: Vec<Value> = rows
                .iter()
                .map(|row| {
                    let mut document = Map::new();
                    document.insert("@search.objectid".to_owned(), json!(row.hit.id));
                    let table = &row.hit.table;
                    document.insert("@search.entityname".to_owned(), json!(table.logical_name));
                    document.extend(attributes(&row.hit, &row.select));
                    json!({ "Text": row.text, "Document": document })
                })
                .collect();
            Ok(json!({ "Error": null, "Value": rows, "QueryContext": null }))
        }
        "autocomplete" => {
            let text = completion(context, &ask)?;
            Ok(json!({ "Error": null, "Value": text.unwrap_or_default(), "QueryContext": null }))
        }
        _ => query(context, &ask),
    }
}

fn query(context: &OrgContext<'_>, ask: &Ask) -> Result<Value, SimError> {
    let places = places(context, ask)?;
    let (mut rows, mut facets, mut count) = (Vec::new(), Map::new(), ask.count.then_some(0));
    if let Some(expression) = parse(&ask.text, ask.syntax, ask.mode) {
        let found = find(context, ask, &places, &expression)?;
        rows = found
            .hits
            .iter()
            .map(|hit| {
                let mut of = places.iter();
                let place = of.find(|place| std::ptr::eq(place.table, hit.table));
                json!({
                    "Id": hit.id,
                    "EntityName": hit.table.logical_name,
                    // The service tells the code among the attributes, and 0 here.
                    "ObjectTypeCode": 0,
                    "Attributes": attributes(hit, place.map_or(&[], |place| place.select.as_slice())),
                    "Highlights": hit.highlights,
                    "Score": hit.score,
                })
            })
            .collect();
        let groups = found.facets.into_iter();
        facets = groups
            .map(|(name, groups)| (name, groups.iter().map(group).collect()))
            .collect();
        count = found.count;
    }
    let count = count.and_then(|count| i64::try_from(count).ok());
    Ok(json!({
        "Error": null, "Value": rows, "Facets": facets, "QueryContext": null, "Count": count.unwrap_or(-1),
    }))
}

fn ask(context: &OrgContext<'_>, given: &Given<'_>) -> Result<Ask, SimError> {
    let (mode, syntax) = options(given)?;
    Ok(Ask {
        text: given.search(1)?,
        scopes: scopes(context, given)?,
        filter: given.text("filter")?,
        facets: given.written_list("facets")?,
        order: given.written_list("orderby")?,
        skip: given.number("skip", 0)?,
        top: given.top(HITS)?,
        count: given.flag("count")?,
        mode,
        syntax,
        fuzzy: given.flag("fuzzy")?,
    })
}

/// `{"querytype": "lucene", "searchmode": "all"}`, or the older `["lucene", "searchmodelall"]`.
fn options(given: &Given<'_>) -> Result<(Mode, Syntax), SimError> {
    let wrong = || {
        refusal::parameter(
            "options",
            "are an object of texts, written as JSON into a text",
        )
    };
    let (mut mode, mut syntax) = (Mode::Any, Syntax::Simple);
    match given.written("options")? {
        None => {}
        Some(Value::Object(options)) => {
            for (name, option) in &options {
                match (name.as_str(), option.as_str().ok_or_else(wrong)?) {
                    ("querytype", "lucene") => syntax = Syntax::Lucene,
                    ("querytype", "simple") => syntax = Syntax::Simple,
                    ("searchmode", "all") => mode = Mode::All,
                    ("searchmode", "any") => mode = Mode::Any,
                    ("querytype" | "searchmode", _) => return Err(wrong()),
                    // What concerns ranking and spelling changes nothing here.
                    _ => {}
                }
            }
        }
        Some(list) => {
            for option in texts(&list).ok_or_else(wrong)? {
                match option.as_str() {
                    "lucene" => syntax = Syntax::Lucene,
                    "searchmodelall" | "searchmodeall" => mode = Mode::All,
                    _ => {}
                }
            }
        }
    }
    Ok((mode, syntax))
}

/// Tables with their columns and filters. A table whose columns are not named is searched by its primary name, and shows
/// that alone, as documented.
fn scopes(context: &OrgContext<'_>, given: &Given<'_>) -> Result<Vec<Scope>, SimError> {
    let wrong = || {
        refusal::parameter(
            "entities",
            "is an array of tables, written as JSON into a text",
        )
    };
    let Some(list) = given.written("entities")? else {
        return Ok(Vec::new());
    };
    let list = list.as_array().cloned().ok_or_else(wrong)?;
    list.iter()
        .map(|entity| {
            let member = |name: &str| {
                let members = entity.as_object()?;
                let mut found = members.iter();
                let (_, value) = found.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
                (!value.is_null()).then_some(value)
            };
            let table = member("name").and_then(Value::as_str).ok_or_else(wrong)?;
            let primary = context
                .schema
                .table(table)
                .map(|table| table.primary_name.clone());
            let columns = |name: &str| match member(name) {
                None => Ok::<_, SimError>(primary.clone().map(|name| vec![name])),
                Some(list) => {
                    let names = texts(list).ok_or_else(wrong)?;
                    Ok(match names.is_empty() {
                        true => primary.clone().map(|name| vec![name]),
                        false => Some(names),
                    })
                }
            };
            Ok(Scope {
                table: table.to_owned(),
                select: columns("selectcolumns")?,
                search: columns("searchcolumns")?,
                filter: member("filter").and_then(Value::as_str).map(str::to_owned),
            })
        })
        .collect()
}

/// The type code and the columns of a hit that have a value.
fn attributes(hit: &Hit<'_>, select: &[&Column]) -> Map<String, Value> {
    let mut told = Map::new();
    let code = json!(hit.table.object_type_code);
    told.insert("@search.objecttypecode".to_owned(), code);
    for column in select {
        let name = &column.logical_name;
        let value = value(&hit.row, column);
        if value.is_null() {
            continue;
        }
        told.insert(name.clone(), value.clone());
        for mark in [FORMATTED, LOOKUP_TABLE] {
            if let Some(text) = annotation(&hit.row, column, mark) {
                told.insert(format!("{name}@{mark}"), json!(text));
            }
        }
    }
    told
}

fn group(group: &Group) -> Value {
    match group {
        Group::Value {
            value,
            label,
            count,
        } => json!({
            "count": count, "from": null, "to": null, "type": "Value", "value": value, "optionalvalue": label,
        }),
        Group::Range { from, to, count } => json!({
            "count": count, "from": from, "to": to, "type": "Range", "value": null, "optionalvalue": null,
        }),
    }
}
