//! `airlock connection list`: the usual columns, or those that were asked for.

use super::{record, sign_in};
use crate::commands::tenant;
use crate::context::Context;
use crate::output::clean;
use crate::problem::{Code, Problem, Stop};
use crate::suggest;
use serde_json::{Map, Value};

/// What a list shows unless told otherwise.
const USUAL: [&str; 5] = ["name", "connector", "kind", "sign-in", "added"];

pub(super) async fn run(context: &Context, columns: &[String]) -> Result<(), Stop> {
    let host = context.host().await?;
    let connections = host.connections(&context.globals.tenant).await?;
    if connections.is_empty() {
        let make = "airlock connection add";
        tenant::nothing_there(context, &host, "connections", make).await?;
    }
    let mut rows = Vec::with_capacity(connections.len());
    for connection in &connections {
        let sign_in = sign_in::column(&host, connection).await;
        rows.push(flat(record(connection), sign_in));
    }
    if columns.is_empty() {
        let usual = USUAL.map(str::to_owned);
        let rows = rows.iter().map(|row| chosen(row, &usual)).collect();
        return context.list(rows, &USUAL);
    }
    known(&rows, columns)?;
    let rows: Vec<Value> = rows.iter().map(|row| chosen(row, columns)).collect();
    context.show(&rows.into())
}

/// A record of a connection with its settings beside its own fields, which come first.
fn flat(record: Value, sign_in: Value) -> Map<String, Value> {
    let Value::Object(mut fields) = record else {
        return Map::new();
    };
    fields.insert("sign-in".to_owned(), sign_in);
    if let Some(Value::Object(settings)) = fields.remove("settings") {
        for (name, value) in settings {
            fields.entry(name).or_insert(value);
        }
    }
    fields
}

fn chosen(row: &Map<String, Value>, columns: &[String]) -> Value {
    let cell = |name: &String| (name.clone(), row.get(name).cloned().unwrap_or_default());
    Value::Object(columns.iter().map(cell).collect())
}

/// Refuses a column that no row has; where there is no row, nobody can tell.
fn known(rows: &[Map<String, Value>], columns: &[String]) -> Result<(), Problem> {
    let wrong = |name: &&String| rows.iter().all(|row| !row.contains_key(name.as_str()));
    let Some(wrong) = columns.iter().find(wrong).filter(|_| !rows.is_empty()) else {
        return Ok(());
    };
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    Err(
        Problem::input(format!("no connection has a column \"{}\"", clean(wrong)))
            .coded(Code::Usage)
            .maybe_advise(suggest::hint(wrong, names.iter().copied()))
            .advise(format!("columns: {}", clean(&names.join(", ")))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row() -> Map<String, Value> {
        let record = json!({
            "name": "crm", "kind": "none", "id": "1",
            "settings": {"url": "https://x.example", "name": "theirs"}
        });
        flat(record, json!("needs sign-in"))
    }

    fn named(columns: &[&str]) -> Vec<String> {
        columns.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn settings_are_columns_and_never_hide_a_connections_own() {
        let columns = named(&["url", "name", "sign-in", "id"]);
        assert_eq!(
            chosen(&row(), &columns).to_string(),
            r#"{"url":"https://x.example","name":"crm","sign-in":"needs sign-in","id":"1"}"#
        );
    }

    #[test]
    fn a_column_that_some_connections_lack_is_empty_and_one_that_none_has_is_refused() {
        let other = flat(json!({"name": "b", "scopes": "x"}), Value::Null);
        let rows = [row(), other];
        assert!(known(&rows, &named(&["scopes", "url"])).is_ok());
        assert_eq!(
            chosen(&rows[0], &named(&["scopes"])),
            json!({"scopes": null})
        );
        let problem = known(&rows, &named(&["name", "scope"])).unwrap_err();
        assert!(problem.message.contains("\"scope\""), "{problem:?}");
        assert!(problem.advice[0].contains("scopes"), "{problem:?}");
        assert!(known(&[], &named(&["scope"])).is_ok());
    }
}
