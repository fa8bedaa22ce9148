//! `delete-row`: one row, for good.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    actions::options::input,
    session::{Dataverse, Session},
    webapi::{Deletion, Precondition},
};

input! {
    /// Input of `delete-row`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Id of the row, a GUID in any usual spelling; its address, such as `accounts(<GUID>)`; or an
        /// alternate key as it stands in Web API URLs, such as `accountnumber='A1'`.
        pub id: Option<String>,
        /// Alternate key, in place of the id: each of its columns with its value.
        #[schemars(extend("x-airlock-pairs" = "by", "x-airlock-choices" = "columns"))]
        pub key: Option<Map<String, Value>>,
        /// Version tag of the row as it was read (`@odata.etag`): delete it only if nobody changed it
        /// since.
        pub if_match: Option<String>,
    } + logic + caller
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
        aliases: &["DeleteRecord", "DeleteItem", "deleteEntity"],
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
        let mut options = input.options()?;
        options.precondition = input.if_match.map(|tag| match tag.trim() {
            "*" => Precondition::Exists,
            tag => Precondition::Version(tag.to_owned()),
        });
        let key = session.given_key(input.id.as_deref(), input.key.as_ref())?;
        let table = session.table(&input.table, "/table").await?;
        let key = session.key(&table, &key).await?;
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
