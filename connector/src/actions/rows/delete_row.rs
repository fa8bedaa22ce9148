//! `delete-row`: one row, for good.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::Deletion,
};

input! {
    /// Input of `delete-row`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + version + logic + caller
}

/// Output of `delete-row`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Always true: what could not be deleted is an error.
    deleted: bool,
    /// What became of the row.
    outcome: Outcome,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// It is gone.
    Deleted,
    /// An earlier call with the same idempotency key had been begun, and it was gone already.
    AlreadyDeleted,
}

/// The action.
#[derive(Debug)]
pub struct DeleteRow;

impl Action<Dataverse> for DeleteRow {
    const DECLARATION: Declaration = Declaration {
        name: "delete-row",
        aliases: &[],
        title: "Delete a row",
        description: "Deletes a row by its id or by an alternate key, and with it whatever the \
                      table's relationships delete along.",
        group: "Rows",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"table": "task", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        repeat: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let may_be_done = repeat.is_some_and(|repeat| repeat.may_be_done);
        let deletion = session
            .client()
            .delete(&table.rows(), &key, &options, may_be_done)
            .await?;
        Ok(Output {
            deleted: true,
            outcome: match deletion {
                Deletion::Done => Outcome::Deleted,
                Deletion::DoneBefore => Outcome::AlreadyDeleted,
            },
        })
    }
}
