//! The entries of drop-downs.

use airlock_connector::{Choice, Error, Transport, nearest::did_you_mean_or};
use serde_json::{Map, Value, json};

use super::operations;
use crate::{
    operations::model::Kind,
    session::Session,
    tables::{Columns, Freshness},
};

/// The drop-downs that there are.
const SOURCES: [&str; 6] = [
    "tables",
    "columns",
    "choice-values",
    "lookup-targets",
    "functions",
    "actions",
];

/// The entries of `source`, given the form so far: `columns` needs its `table`, `choice-values`
/// and `lookup-targets` also its `column`; `functions` and `actions` are those of its `table`, if it has one.
///
/// # Errors
/// [`Error::InvalidInput`] when there is no such source or the form lacks what it needs.
pub async fn choices<T: Transport>(
    session: &Session<T>,
    source: &str,
    form: &Map<String, Value>,
) -> Result<Vec<Choice>, Error> {
    match source {
        "tables" => tables(session).await,
        "columns" => columns(session, form).await,
        "choice-values" => choice_values(session, form).await,
        "lookup-targets" => lookup_targets(session, form).await,
        "functions" => operations::choices(session, Kind::Function, form).await,
        "actions" => operations::choices(session, Kind::Action, form).await,
        _ => Err(Error::invalid(
            "",
            format!(
                "there is no drop-down `{source}`; there are {}",
                SOURCES.join(", ")
            ),
        )),
    }
}

async fn tables<T: Transport>(session: &Session<T>) -> Result<Vec<Choice>, Error> {
    let tables = session
        .catalog()
        .tables(session.client(), Freshness::Cached)
        .await?;
    let mut choices: Vec<Choice> = tables
        .iter()
        .filter(|table| !table.intersect && !table.private)
        .map(|table| named(table.name.as_str(), table.label.as_deref()))
        .collect();
    sort(&mut choices);
    Ok(choices)
}

async fn columns<T: Transport>(
    session: &Session<T>,
    form: &Map<String, Value>,
) -> Result<Vec<Choice>, Error> {
    let table = session.table(wanted(form, "table")?, "/table").await?;
    let columns = session
        .catalog()
        .columns(session.client(), &table, Freshness::Cached)
        .await?;
    let mut choices: Vec<Choice> = columns
        .iter()
        .filter(|column| column.part_of.is_none())
        .map(|column| named(&column.name, column.label.as_deref()))
        .collect();
    sort(&mut choices);
    Ok(choices)
}

async fn choice_values<T: Transport>(
    session: &Session<T>,
    form: &Map<String, Value>,
) -> Result<Vec<Choice>, Error> {
    let table = session.table(wanted(form, "table")?, "/table").await?;
    let name = wanted(form, "column")?;
    let catalog = session.catalog();
    let columns = catalog
        .columns(session.client(), &table, Freshness::Cached)
        .await?;
    let column = columns.get(name).ok_or_else(|| no_column(&columns, name))?;
    if !column.kind.is_choice() {
        return Err(Error::invalid(
            "/column",
            format!("`{name}` is not a choice column"),
        ));
    }
    let choices = catalog
        .choices(session.client(), &table, column, Freshness::Cached)
        .await?;
    let choices = choices.iter().map(|choice| Choice {
        value: json!(choice.value),
        label: choice.label.clone(),
    });
    Ok(choices.collect())
}

async fn lookup_targets<T: Transport>(
    session: &Session<T>,
    form: &Map<String, Value>,
) -> Result<Vec<Choice>, Error> {
    let table = session.table(wanted(form, "table")?, "/table").await?;
    let name = wanted(form, "column")?;
    let catalog = session.catalog();
    let lookups = catalog
        .lookups(session.client(), &table, Freshness::Cached)
        .await?;
    let mut choices = Vec::new();
    for lookup in lookups.of(name) {
        let target = session.table(&lookup.target, "/column").await?;
        choices.push(named(target.name.as_str(), target.label.as_deref()));
    }
    if choices.is_empty() {
        let columns = catalog
            .columns(session.client(), &table, Freshness::Cached)
            .await?;
        return Err(match columns.get(name) {
            Some(_) => Error::invalid("/column", format!("`{name}` is not a lookup column")),
            None => no_column(&columns, name),
        });
    }
    sort(&mut choices);
    choices.dedup();
    Ok(choices)
}

/// A name with what people call it: `Topic (subject)`.
fn named(name: &str, label: Option<&str>) -> Choice {
    let label = match label {
        Some(label) if label != name => format!("{label} ({name})"),
        _ => name.to_owned(),
    };
    Choice {
        value: json!(name),
        label,
    }
}

fn sort(choices: &mut [Choice]) {
    choices.sort_by_cached_key(|choice| choice.label.to_lowercase());
}

fn wanted<'a>(form: &'a Map<String, Value>, name: &str) -> Result<&'a str, Error> {
    match form.get(name).and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(Error::invalid(
            format!("/{name}"),
            format!("fill in `{name}` first: the entries depend on it"),
        )),
    }
}

fn no_column(columns: &Columns, name: &str) -> Error {
    let hint = did_you_mean_or(&columns.nearest(name), "columns");
    Error::invalid("/column", format!("there is no column `{name}`{hint}"))
}
