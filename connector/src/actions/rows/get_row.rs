//! `get-row`: one row, by its id or by an alternate key.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    actions::{input::input, options::names},
    session::{Dataverse, Session},
    webapi::{Precondition, Query},
};

input! {
    /// Input of `get-row`.
    struct Input {
        /// Table to read: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
    } + row_key + {
        /// Columns to give; all of them unless some are named.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub select: Option<Vec<String>>,
        /// Related rows to give inline, each a navigation property with its options in parentheses,
        /// such as `primarycontactid($select=fullname)`.
        pub expand: Option<Vec<String>>,
        /// Version tag of a row read earlier (`@odata.etag`): give the row only if it changed since.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub if_none_match: Option<String>,
    } + annotations + caller
}

/// Output of `get-row`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The row as the service gave it; left out when it has not changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>", extend("x-airlock-rows" = true))]
    row: Option<Box<RawValue>>,
    /// Version tag, for `if-match` and `if-none-match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// Whether the row is another version than `if-none-match` names, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

/// The action.
#[derive(Debug)]
pub struct GetRow;

impl Action<Dataverse> for GetRow {
    const DECLARATION: Declaration = Declaration {
        name: "get-row",
        aliases: &[],
        title: "Get a row",
        description: "Reads one row of a table, by its id or by an alternate key.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "lead", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "select": ["fullname", "subject"]}"#,
            r#"{"table": "account", "key": {"accountnumber": "A-1001"}}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        let conditional = input.if_none_match.is_some();
        options.precondition = input.if_none_match.map(Precondition::ChangedSince);
        let query = Query {
            select: names(input.select.as_deref().unwrap_or_default()),
            expand: input.expand.unwrap_or_default(),
            ..Query::default()
        };
        query.check()?;
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let client = session.client();
        let rows = table.rows();
        let found = match client.retrieve(&rows, &key, &query, &options).await {
            Err(refused) => {
                let query = session.corrected(&table, &query, refused).await?;
                match client.retrieve(&rows, &key, &query, &options).await {
                    // A fault behind the one that was put right.
                    Err(refused) => return Err(session.explained(&table, &query, refused).await),
                    found => found?,
                }
            }
            found => found?,
        };
        Ok(Output {
            changed: conditional.then_some(found.row.is_some()),
            row: found.row,
            etag: found.etag,
        })
    }
}
