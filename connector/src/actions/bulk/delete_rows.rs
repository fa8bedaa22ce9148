//! `delete-rows`: rows are removed for good, by the thousand.

use airlock_connector::{
    Action, Error, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::{Pipe, RowFormat},
};
use serde_json::{Map, Value};

use super::many::{Kind, Output, Wanted, give, stream};
use crate::{
    actions::{input::input, options::names},
    session::{Dataverse, Session},
};

input! {
    /// Input of `delete-rows`.
    struct Input {
        /// Table of the rows: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Columns of the alternate key by which each row names itself, in place of the column with
        /// its id.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub key: Option<Vec<String>>,
        /// The rows, each an object of what names it; its other columns mean nothing. Not
        /// together with rows that are streamed in.
        pub rows: Option<Vec<Map<String, Value>>>,
        /// Form of the rows that are streamed in; the first bytes tell it unless it is said here.
        pub format: Option<RowFormat>,
    } + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct DeleteRows;

impl Action<Dataverse> for DeleteRows {
    const DECLARATION: Declaration = Declaration {
        name: "delete-rows",
        aliases: &[],
        title: "Delete rows",
        description: "Deletes any number of rows by their ids or an alternate key, and with them \
                      whatever the table's relationships delete along. Rows stream in as NDJSON, CSV \
                      or a JSON array, and a result for each streams out, with the row itself where \
                      it failed. With an idempotency key a run that broke off is run again, and a \
                      row that is gone counts as deleted.",
        group: "Bulk",
        traits: Traits::CHANGES,
        streams: Streams::ROWS_THROUGH,
        examples: &[r#"{"table": "task", "rows": [
                {"activityid": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}
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
            kind: Kind::Delete,
            table: self.table,
            rows: self.rows,
            key: names(self.key.as_deref().unwrap_or_default()),
            format: self.format,
            options,
        })
    }
}
