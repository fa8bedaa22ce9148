//! An action's schema once the table is chosen: its columns, as a form wants them.

use airlock_connector::{Error, Refinement, Transport};
use futures_util::future::try_join5;
use serde_json::{Map, Value, json};

use super::{
    operations, row_columns,
    schemas::{Known, of_column},
};
use crate::{
    columns::Purpose,
    session::{Dataverse, Session},
    tables::{Column, Columns, Freshness},
};

/// The schema of an operation's input, given the form so far.
///
/// # Errors
/// [`Error::InvalidInput`] when there is no such table.
pub async fn refine<T: Transport>(
    session: &Session<T>,
    refinement: Refinement<Dataverse>,
) -> Result<Value, Error> {
    let Refinement {
        form,
        mut schema,
        writes,
        ..
    } = refinement;
    if let Some(kind) = operations::called_by(&schema) {
        return operations::refine(session, kind, &form, schema).await;
    }
    let Some(table) = form
        .get("table")
        .and_then(Value::as_str)
        .filter(|one| !one.is_empty())
    else {
        return Ok(schema);
    };
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return Ok(schema);
    };
    if !properties.contains_key("table") {
        return Ok(schema);
    }
    let table = session.table(table, "/table").await?;
    let (client, fresh) = (session.client(), Freshness::Cached);
    let catalog = session.catalog();
    let Some(purpose) = writes else {
        let columns = catalog.columns(client, &table, fresh).await?;
        selectable(properties, &columns);
        let described = row_columns::describe(&table, &columns, &form);
        if let Some(object) = schema.as_object_mut() {
            object.insert("x-airlock-columns".to_owned(), described);
        }
        return Ok(schema);
    };
    let (columns, texts, dates, lookups, choices) = try_join5(
        catalog.columns(client, &table, fresh),
        catalog.texts(client, &table, fresh),
        catalog.dates(client, &table, fresh),
        catalog.lookups(client, &table, fresh),
        catalog.all_choices(client, &table, fresh),
    )
    .await?;
    selectable(properties, &columns);
    let known = Known {
        texts: &texts,
        dates: &dates,
        lookups: &lookups,
        choices: &choices,
    };
    let mut row = Map::new();
    let mut order = Vec::new();
    let mut fillable: Vec<&Column> = columns
        .iter()
        .filter(|one| one.part_of.is_none() && takes(purpose, one))
        .collect();
    // What has to be filled comes first; the rest as people would look for it.
    fillable.sort_by_cached_key(|one| {
        (
            std::cmp::Reverse(urgency(one)),
            one.label.clone().unwrap_or_default(),
            one.name.clone(),
        )
    });
    for column in fillable {
        if let Some(schema) = of_column(column, &known) {
            order.push(column.name.clone());
            row.insert(column.name.clone(), schema);
        }
    }
    if let Some(target) = properties.get_mut("row").and_then(Value::as_object_mut) {
        target.insert("properties".to_owned(), Value::Object(row));
        target.insert("x-airlock-order".to_owned(), json!(order));
    }
    Ok(schema)
}

/// Whether a row that is written for `purpose` may hold `column`.
fn takes(purpose: Purpose, column: &Column) -> bool {
    match purpose {
        Purpose::Create => column.creatable,
        Purpose::Update => column.updatable,
        Purpose::Upsert => column.creatable || column.updatable,
    }
}

fn urgency(column: &Column) -> u8 {
    use crate::tables::Requirement as R;
    match column.requirement {
        R::Application => 3,
        R::System => 2,
        R::Recommended => 1,
        R::Optional => 0,
    }
}

/// Puts the table's columns into `select`.
fn selectable(properties: &mut Map<String, Value>, columns: &Columns) {
    let Some(select) = properties.get_mut("select").and_then(Value::as_object_mut) else {
        return;
    };
    let mut names: Vec<Value> = columns
        .iter()
        .filter(|column| column.readable && column.part_of.is_none())
        .map(|column| match &column.label {
            Some(label) => json!({"const": column.name, "title": label}),
            None => json!({"const": column.name}),
        })
        .collect();
    names.sort_by_cached_key(|one| one["const"].to_string());
    select.insert(
        "items".to_owned(),
        json!({"type": "string", "oneOf": names}),
    );
}
