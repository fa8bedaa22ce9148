//! `create-row`: one new row, with related rows inside it where wanted.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use super::written::{Output, returned};
use crate::{
    actions::input::input,
    columns::Purpose,
    session::{Dataverse, Session},
    webapi::{KeyedId, NewId},
};

input! {
    /// Input of `create-row`.
    struct Input {
        /// Table that gets the row: its logical name (`lead`) or its entity set name (`leads`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
        /// Columns of the row with their values. A choice may be given by its number or its label, a
        /// lookup as `table(id)` or `table(key)`, as `navigation@odata.bind`, or as `{"find": …}` with a
        /// name or e-mail address that only one row has. `null` is as if the column was not given. A
        /// time that names no zone is UTC.
        #[schemars(extend("x-airlock-pairs" = true, "x-airlock-choices" = "columns"))]
        pub row: Map<String, Value>,
    } + returned + annotations + checks + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct CreateRow;

impl Action<Dataverse> for CreateRow {
    const DECLARATION: Declaration = Declaration {
        name: "create-row",
        aliases: &[],
        title: "Create a row",
        description: "Adds a row to a table. With an idempotency key a repeated call finds the row \
                      that the first one made.",
        group: "Rows",
        traits: Traits::ADDS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "task", "row": {"subject": "Call back", "scheduledend": "2026-12-01T10:00:00Z",
                "regardingobjectid": "leads(1ec9e73a-cf38-57e2-b4ad-2f5e56d26670)"}}"#,
            r#"{"table": "lead", "row": {"subject": "Three stores", "lastname": "Rossi",
                "leadqualitycode": "Hot"}, "return-row": true}"#,
        ],
    };
    const WRITES: Option<Purpose> = Some(Purpose::Create);
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        key: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let query = returned(input.select.as_deref(), &options);
        let table = session.table(&input.table, "/table").await?;
        let row = session
            .writable(&table, &input.row, Purpose::Create, None)
            .await?;
        let query = session.named(&table, &query).await?;
        let id = key.map_or(NewId::FromService, |key| {
            NewId::Keyed(KeyedId {
                id: session.row_id(key.text, &table),
                may_be_done: key.may_be_done,
            })
        });
        let written = session
            .client()
            .create(&table.rows(), row.body, id, &query, &options)
            .await?;
        Ok(Output::new(written, row.notes))
    }
}
