//! `row-history`: what was changed in a row, when and by whom, with old and new values.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    entries::{Change, Entry, Side, Wanted, changes, entries},
    moment::moment,
};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    tables::{Columns, Freshness},
};

/// Entries that are given where nobody says how many.
const USUAL: u32 = 20;

/// Most entries that are looked at: each costs a request.
const MOST: u32 = 500;

input! {
    /// Input of `row-history`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// Only the changes of this column.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: Option<String>,
        /// Only changes from this moment on, such as `2026-03-25` or `2026-03-25T17:42:47Z`.
        pub since: Option<String>,
        /// Most entries to look at, the newest first. Each costs a request.
        #[schemars(range(min = 1, max = 500), extend("default" = 20))]
        pub top: Option<u32>,
    } + caller
}

/// Output of `row-history`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The changes, newest first.
    #[schemars(extend("x-airlock-rows" = true))]
    entries: Vec<Told>,
    /// What is worth knowing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// One change of the row.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Told {
    /// Id of the entry, by which `restore-row` undoes it.
    id: String,
    /// When it was made, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// What was done, in the service's words, such as `Update`.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// Name of the user who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Id of the user's row in `systemuser`.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// The columns that changed.
    changes: Vec<Changed>,
}

/// One column that changed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Changed {
    /// Logical name of the column.
    column: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The value before; null where it was empty.
    old: Value,
    /// The value before as people read it, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_text: Option<String>,
    /// The value after; null where it was emptied.
    new: Value,
    /// The value after as people read it, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_text: Option<String>,
}

/// The action.
#[derive(Debug)]
pub struct RowHistory;

impl Action<Dataverse> for RowHistory {
    const DECLARATION: Declaration = Declaration {
        name: "row-history",
        aliases: &[],
        title: "Read a row's history",
        description: "Tells what was changed in a row, when and by whom, with the old and new value of \
                      each column. Auditing has to be on for the organisation, the table and the column; \
                      the history of a row that is gone is found by its id.",
        group: "Audit",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670", "top": 5}"#,
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
        let top = input.top.unwrap_or(USUAL);
        if !(1..=MOST).contains(&top) {
            return Err(Error::invalid(
                "/top",
                format!("{top} is out of range; it may be from 1 to {MOST}"),
            ));
        }
        let since = input.since.as_deref();
        let since = since.map(|text| moment(text, "/since")).transpose()?;
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let column = match &input.column {
            Some(name) => Some(session.column(&table, name, "/column").await?),
            None => None,
        };
        let when = since.map(|since| format!("createdon ge {since}"));
        let wanted = Wanted {
            row: session.id_of(&table, &key, "/key").await?,
            when: when.as_deref(),
            top,
            prepares: false,
        };
        let found = entries(session, wanted, &options).await?;
        let columns = session
            .catalog()
            .columns(session.client(), &table, Freshness::Cached)
            .await?;
        let mut told = Vec::new();
        for entry in found {
            let mut changed = changes(session, &entry.id, false, &options).await?;
            if let Some(column) = &column {
                changed.retain(|change| change.column == *column);
                if changed.is_empty() {
                    continue;
                }
            }
            told.push(Told::new(entry, changed, &columns));
        }
        let note = told.is_empty().then(|| {
            format!(
                "nothing was found: the audit keeps changes while it is on for the organisation, for {} and for its columns",
                table.name
            )
        });
        Ok(Output {
            entries: told,
            note,
        })
    }
}

impl Told {
    fn new(entry: Entry, changes: Vec<Change>, columns: &Columns) -> Self {
        let (user, user_id) = entry.user;
        let changes = changes.into_iter().map(|change| {
            let (old, old_text) = shown(change.old);
            let (new, new_text) = shown(change.new);
            Changed {
                label: columns
                    .get(&change.column)
                    .and_then(|column| column.label.clone()),
                column: change.column,
                old,
                old_text,
                new,
                new_text,
            }
        });
        Self {
            id: entry.id,
            at: entry.at,
            action: entry.action,
            user,
            user_id,
            changes: changes.collect(),
        }
    }
}

/// The value, and its text where that says something else.
fn shown(side: Side) -> (Value, Option<String>) {
    let text = side
        .text
        .filter(|text| side.value.as_str() != Some(text.as_str()));
    (side.value, text)
}
