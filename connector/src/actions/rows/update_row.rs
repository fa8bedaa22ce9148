//! `update-row`: changes a row that exists, and never creates one.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use super::written::{Output, perhaps_done, returned};
use crate::{
    actions::input::input,
    columns::Purpose,
    session::{Dataverse, Session},
};

input! {
    /// Input of `update-row`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
    } + row_key + {
        /// Columns to change with their new values; `null` empties a column. A time that names no zone
        /// is UTC. Give only what changes: the service treats every column given as changed.
        #[schemars(extend("x-airlock-pairs" = true, "x-airlock-choices" = "columns"))]
        pub row: Map<String, Value>,
    } + version + returned + annotations + checks + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct UpdateRow;

impl Action<Dataverse> for UpdateRow {
    const DECLARATION: Declaration = Declaration {
        name: "update-row",
        aliases: &["UpdateOnlyRecord", "PatchItem", "updateEntity"],
        title: "Update a row",
        description: "Changes columns of a row that exists; a row that does not is an error and \
                      never created.",
        group: "Rows",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "lead", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "row": {"leadqualitycode": "Hot"}}"#,
            r#"{"table": "account", "key": {"accountnumber": "A-1001"},
                "row": {"telephone1": "+39 045 555 0100", "fax": null}}"#,
        ],
    };
    const WRITES: Option<Purpose> = Some(Purpose::Update);
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        repeat: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let query = returned(input.select.as_deref(), &options);
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let row = session
            .writable(&table, &input.row, Purpose::Update, Some(&key))
            .await?;
        let query = session.named(&table, &query).await?;
        let written = session
            .client()
            .update(&table.rows(), &key, row.body, &query, &options)
            .await
            .map_err(|error| perhaps_done(error, repeat))?;
        Ok(Output::new(written, row.notes))
    }
}
