//! How the columns of a table stand in a row of an answer, and which of them come for the input so
//! far: what a host needs to write a header before the first row has come (`x-airlock-columns`).

use serde_json::{Map, Value, json};

use crate::tables::{Column, ColumnKind, Columns, Table};

/// The text of a value for people.
const LABEL: &str = "OData.Community.Display.V1.FormattedValue";

/// What a reference carries besides, where texts for people are asked for.
const REFERENCE: [&str; 2] = [
    "Microsoft.Dynamics.CRM.associatednavigationproperty",
    "Microsoft.Dynamics.CRM.lookuplogicalname",
];

/// The currency that comes along with every amount.
const CURRENCY: &str = "transactioncurrencyid";

/// Inputs that give a row more, or other, than the columns named.
const UNPREDICTABLE: [&str; 7] = [
    "expand",
    "apply",
    "fetch-xml",
    "parameters",
    "next-page",
    "all-annotations",
    "full-metadata",
];

/// The keyword's value for the columns of `table` and the form so far.
pub(super) fn describe(table: &Table, columns: &Columns, form: &Map<String, Value>) -> Value {
    let readable = |column: &&Column| {
        column.readable && column.part_of.is_none() && column.kind != ColumnKind::Parties
    };
    let mut known: Vec<&Column> = columns.iter().filter(readable).collect();
    known.sort_by(|one, other| one.name.cmp(&other.name));
    let mut names = Map::new();
    for column in &known {
        let property = column.query_name();
        names.insert(column.name.clone(), json!(property));
        names.entry(property.clone()).or_insert(json!(property));
    }
    let mut description = json!({
        "title": table.primary_name,
        "id": table.primary_id,
        "names": names,
    });
    if let Some(object) = description.as_object_mut()
        && !UNPREDICTABLE.iter().any(|name| is_given(form.get(*name)))
    {
        object.insert("unasked".to_owned(), unasked(table, columns, form));
        if form.get("formatted-values") == Some(&Value::Bool(true)) {
            let beside = known.iter().filter_map(|column| {
                let companions = companions(column)?;
                Some((column.query_name(), json!(companions)))
            });
            object.insert("beside".to_owned(), Value::Object(beside.collect()));
        }
    }
    description
}

fn is_given(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(entries)) => !entries.is_empty(),
        Some(_) => true,
    }
}

/// What stands in every row whatever was selected: its id, its version, and the currency of an amount.
fn unasked(table: &Table, columns: &Columns, form: &Map<String, Value>) -> Value {
    let selected = form.get("select").and_then(Value::as_array);
    let amount = selected
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .flat_map(|names| names.split(','))
        .filter_map(|name| columns.get(name.trim()))
        .any(|column| column.kind == ColumnKind::Money);
    let mut unasked = vec![table.primary_id.clone()];
    if let Some(currency) = columns.get(CURRENCY).filter(|_| amount) {
        unasked.push(currency.query_name());
    }
    unasked.push("@odata.etag".to_owned());
    json!(unasked)
}

/// The annotations of a column's value where texts for people are asked for.
fn companions(column: &Column) -> Option<Vec<String>> {
    let property = column.query_name();
    let annotation = |name: &str| format!("{property}@{name}");
    match column.kind {
        // A text is its own text for people.
        ColumnKind::Text
        | ColumnKind::Memo
        | ColumnKind::Id
        | ColumnKind::TableName
        | ColumnKind::Parties
        | ColumnKind::Image
        | ColumnKind::File
        | ColumnKind::Other(_) => None,
        ColumnKind::Lookup | ColumnKind::Customer | ColumnKind::Owner => Some(
            std::iter::once(LABEL)
                .chain(REFERENCE)
                .map(annotation)
                .collect(),
        ),
        _ => Some(vec![annotation(LABEL)]),
    }
}
