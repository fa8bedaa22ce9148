//! `restore-row`: earlier values of a row, written back from its audit.

use std::collections::BTreeMap;

use airlock_connector::{
    Action, Error, FieldError, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    entries::{Side, Wanted, changes, entries},
    moment::moment,
};
use crate::{
    actions::{input::input, options::names},
    columns::Purpose,
    session::{Dataverse, Session},
    tables::{Columns, Freshness, Table},
    webapi::{CallOptions, Query, RowId, RowKey},
};

/// Most changes that are gone back over.
const MOST: u32 = 500;

input! {
    /// Input of `restore-row`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// Undo this one change: the id of its entry, as `row-history` tells it.
        pub change: Option<String>,
        /// Bring the row back to what it was at this moment, such as `2026-03-25T17:42:47Z`.
        pub to: Option<String>,
        /// Only these columns.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub columns: Option<Vec<String>>,
    } + version + logic + caller
}

/// Output of `restore-row`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Id of the row.
    id: String,
    /// What became of the row.
    outcome: Outcome,
    /// What was written back, as the service takes it; a lookup stands as `column@odata.bind`.
    restored: Map<String, Value>,
    /// Columns that cannot be written back, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// What became of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// Earlier values stand in it again.
    Restored,
    /// It had them already, and nothing was written.
    Unchanged,
}

/// The action.
#[derive(Debug)]
pub struct RestoreRow;

impl Action<Dataverse> for RestoreRow {
    const DECLARATION: Declaration = Declaration {
        name: "restore-row",
        aliases: &[],
        title: "Restore a row",
        description: "Writes earlier values of a row back: undoes one change of its history, or brings \
                      it to what it was at a moment. A dry run shows what would be written. Columns that \
                      hold the earlier value already are left alone.",
        group: "Audit",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "to": "2026-03-25T17:42:47Z", "columns": ["telephone1"]}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let aim = Aim::of(&input)?;
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let id = session.id_of(&table, &key, "/key").await?;
        let earlier = aim.earlier(session, id, &options).await?;
        let columns = session
            .catalog()
            .columns(session.client(), &table, Freshness::Cached)
            .await?;
        let chosen = names(input.columns.as_deref().unwrap_or_default());
        let earlier = only(earlier, &chosen)?;
        let (given, notes) = writable(earlier, &columns);
        let key = RowKey::from(id);
        let restored = body(session, &table, &key, &given, &options).await?;
        let outcome = match restored.is_empty() {
            true => Outcome::Unchanged,
            false => {
                session
                    .client()
                    .update(
                        &table.rows(),
                        &key,
                        restored.clone(),
                        &Query::default(),
                        &options,
                    )
                    .await?;
                Outcome::Restored
            }
        };
        Ok(Output {
            id: id.to_string(),
            outcome,
            restored,
            notes,
        })
    }
}

/// What is gone back to.
enum Aim<'a> {
    Change(RowId),
    Moment(&'a str),
}

impl<'a> Aim<'a> {
    fn of(input: &'a Input) -> Result<Self, Error> {
        match (input.change.as_deref(), input.to.as_deref()) {
            (Some(change), None) => match change.trim().parse() {
                Ok(id) => Ok(Self::Change(id)),
                Err(_) => Err(Error::invalid(
                    "/change",
                    "this is no id of an entry: row-history tells it with each change",
                )),
            },
            (None, Some(to)) => moment(to, "/to").map(Self::Moment),
            (None, None) => Err(Error::invalid(
                "",
                "back to what? Give `change` (the id of an entry of row-history) or `to` (a moment)",
            )),
            (Some(_), Some(_)) => Err(Error::invalid(
                "/to",
                "one way back at a time: give either change or to",
            )),
        }
    }

    /// The earlier values, by column.
    async fn earlier<T: Transport>(
        &self,
        session: &Session<T>,
        row: RowId,
        options: &CallOptions,
    ) -> Result<BTreeMap<String, Side>, Error> {
        let (when, pointer, top) = match self {
            Self::Change(audit) => (format!("auditid eq {audit}"), "/change", 1),
            Self::Moment(to) => (format!("createdon gt {to}"), "/to", MOST),
        };
        let wanted = Wanted {
            row,
            when: Some(&when),
            top,
            prepares: true,
        };
        let found = entries(session, wanted, options).await?;
        if found.is_empty() && matches!(self, Self::Change(_)) {
            return Err(Error::invalid(
                pointer,
                "the row's history has no such entry: row-history tells those that it has",
            ));
        }
        if found.iter().any(|entry| entry.creates) {
            return Err(Error::invalid(
                pointer,
                "the row was created by it, or after it, and had no earlier values",
            ));
        }
        if matches!(self, Self::Moment(_)) && found.len() >= MOST as usize {
            return Err(Error::invalid(
                pointer,
                format!("the row has changed {MOST} times or more since: go back in smaller steps"),
            ));
        }
        let mut earlier = BTreeMap::new();
        for entry in found {
            // Gone through from the newest to the oldest, the oldest value is what stays.
            for change in changes(session, &entry.id, true, options).await? {
                earlier.insert(change.column, change.old);
            }
        }
        Ok(earlier)
    }
}

/// Those of `earlier` that are wanted.
fn only(
    mut earlier: BTreeMap<String, Side>,
    chosen: &[String],
) -> Result<BTreeMap<String, Side>, Error> {
    if chosen.is_empty() {
        return Ok(earlier);
    }
    let mut faults = Vec::new();
    for (index, name) in chosen.iter().enumerate() {
        if !earlier.contains_key(&name.to_lowercase()) {
            let changed: Vec<&str> = earlier.keys().map(String::as_str).collect();
            faults.push(FieldError::new(
                format!("/columns/{index}"),
                match changed.as_slice() {
                    [] => format!("`{name}` did not change, nor did any other column"),
                    some => format!("`{name}` did not change; these did: {}", some.join(", ")),
                },
            ));
        }
    }
    if !faults.is_empty() {
        return Err(Error::InvalidInput(faults));
    }
    earlier.retain(|column, _| chosen.iter().any(|name| name.eq_ignore_ascii_case(column)));
    Ok(earlier)
}

/// What can be written back, as a person would write it, and why the rest cannot.
fn writable(
    earlier: BTreeMap<String, Side>,
    columns: &Columns,
) -> (Map<String, Value>, Vec<String>) {
    let (mut given, mut notes) = (Map::new(), Vec::new());
    for (name, side) in earlier {
        let Some(column) = columns.get(&name) else {
            notes.push(format!("`{name}` is no column of the table any more"));
            continue;
        };
        if column.primary_id {
            continue;
        }
        if !column.updatable {
            notes.push(format!("`{name}` is written by the service alone"));
            continue;
        }
        let value = match (side.table, side.value) {
            (Some(table), Value::String(id)) => json!({ "table": table, "id": id }),
            (_, value) => value,
        };
        given.insert(name, value);
    }
    (given, notes)
}

/// What of `given` the row does not have already, as the wire wants it.
async fn body<T: Transport>(
    session: &Session<T>,
    table: &Table,
    key: &RowKey,
    given: &Map<String, Value>,
    options: &CallOptions,
) -> Result<Map<String, Value>, Error> {
    if given.is_empty() {
        return Ok(Map::new());
    }
    let row = session
        .writable(table, given, Purpose::Update, Some(key))
        .await?;
    session.changed(table, key, &row.body, options).await
}
