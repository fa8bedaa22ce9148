//! `upsert-rows`: rows are changed where they exist and made where not, by the thousand.

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
    /// Input of `upsert-rows`.
    struct Input {
        /// Table of the rows: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Columns of the alternate key by which each row names itself, in place of the column with
        /// its id.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub key: Option<Vec<String>>,
        /// The rows, each an object of what names it and of its columns. Not
        /// together with rows that are streamed in.
        pub rows: Option<Vec<Map<String, Value>>>,
        /// Form of the rows that are streamed in; the first bytes tell it unless it is said here.
        pub format: Option<RowFormat>,
    } + checks + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct UpsertRows;

impl Action<Dataverse> for UpsertRows {
    const DECLARATION: Declaration = Declaration {
        name: "upsert-rows",
        aliases: &[],
        title: "Upsert rows",
        description: "Changes any number of rows by their ids or an alternate key, and creates those \
                      that do not exist. Rows stream in as NDJSON, CSV or a JSON array, and a result \
                      for each streams out, with the row itself where it failed. A run that broke \
                      off may be run again: it writes the same values once more.",
        group: "Bulk",
        traits: Traits::CHANGES,
        streams: Streams::ROWS_THROUGH,
        examples: &[r#"{"table": "account", "key": ["accountnumber"], "rows": [
                {"accountnumber": "A-1001", "name": "Verona Fashion"}
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
            kind: Kind::Upsert,
            table: self.table,
            rows: self.rows,
            key: names(self.key.as_deref().unwrap_or_default()),
            format: self.format,
            options,
        })
    }
}
