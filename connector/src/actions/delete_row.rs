//! `delete-row`: one row, for good.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Action, Session,
    options::{input, row_key},
};
use crate::{
    manifest::about::{Declaration, Traits},
    webapi::{Error, Precondition, Transport},
};

input! {
    /// Input of `delete-row`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Id of the row, a GUID in any usual spelling; or an alternate key as it stands in Web API
        /// URLs, such as `accountnumber='A1'`.
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

/// What became of a row that was to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// It was deleted.
    Deleted,
    /// It was gone already: an earlier attempt under the same idempotency key, whose answer was lost,
    /// had most likely deleted it.
    AlreadyDeleted,
}

impl From<Outcome> for Output {
    fn from(outcome: Outcome) -> Self {
        Self {
            deleted: true,
            outcome,
        }
    }
}

/// The action.
#[derive(Debug)]
pub struct DeleteRow;

impl Action for DeleteRow {
    const DECLARATION: Declaration = Declaration {
        name: "delete-row",
        aliases: &["DeleteRecord", "DeleteItem", "deleteEntity"],
        title: "Delete a row",
        description: "Deletes a row by its id or by an alternate key, and with it whatever the \
                      table's relationships delete along.",
        group: "Rows",
        traits: Traits {
            read_only: false,
            idempotent: true,
            destructive: true,
            pipes: false,
        },
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<&str>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        options.precondition = input.if_match.map(|tag| match tag.trim() {
            "*" => Precondition::Exists,
            tag => Precondition::Version(tag.to_owned()),
        });
        let key = row_key(input.id.as_deref(), input.key.as_ref())?;
        let table = session.table(&input.table, "/table").await?;
        let key = session.key(&table, &key).await?;
        session
            .client()
            .delete(&table.rows(), &key.key, &options)
            .await?;
        Ok(Outcome::Deleted.into())
    }

    fn gone_before() -> Option<Output> {
        Some(Outcome::AlreadyDeleted.into())
    }
}
