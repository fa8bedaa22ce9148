//! `create-rows`: new rows, by the thousand.

use airlock_connector::{
    Action, Error, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::{Pipe, RowFormat},
};
use serde_json::{Map, Value};

use super::many::{Kind, Output, Wanted, give, stream};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `create-rows`.
    struct Input {
        /// Table of the rows: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// The rows, each an object of its columns as `create-row` takes them. Not
        /// together with rows that are streamed in.
        pub rows: Option<Vec<Map<String, Value>>>,
        /// Form of the rows that are streamed in; the first bytes tell it unless it is said here.
        pub format: Option<RowFormat>,
    } + checks + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct CreateRows;

impl Action<Dataverse> for CreateRows {
    const DECLARATION: Declaration = Declaration {
        name: "create-rows",
        aliases: &[],
        title: "Create rows",
        description: "Adds any number of rows to a table. Rows stream in as NDJSON, CSV or a JSON \
                      array, and a result for each streams out, with the row itself where it failed. \
                      With an idempotency key a run that broke off is run again, and every row lands \
                      once.",
        group: "Bulk",
        traits: Traits::ADDS,
        streams: Streams::ROWS_THROUGH,
        examples: &[r#"{"table": "task", "rows": [
                {"subject": "Call Verona", "prioritycode": "High"},
                {"subject": "Call Roma", "scheduledend": "2026-12-01T10:00:00Z"}
            ]}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        key: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        give(session, input.wanted()?, key).await
    }

    async fn pipe<T: Transport>(
        session: &Session<T>,
        input: Input,
        key: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        stream(session, input.wanted()?, key, pipe).await
    }
}

impl Input {
    fn wanted(self) -> Result<Wanted, Error> {
        let options = self.options()?;
        Ok(Wanted {
            kind: Kind::Create,
            table: self.table,
            rows: self.rows,
            key: Vec::new(),
            format: self.format,
            options,
        })
    }
}
