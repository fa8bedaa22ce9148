//! `get-choice`: a global choice, or that of a column, with its options.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::place::{Given, find};
use crate::{
    actions::metadata::option::{OptionShown, shown_options},
    session::{Dataverse, Session},
};

/// Input of `get-choice`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// Global choice, by its name or the id of its definition.
    pub choice: Option<String>,
    /// Table of the column whose choice is meant.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub table: Option<String>,
    /// Column whose choice is meant.
    #[schemars(extend("x-airlock-choices" = "columns"))]
    pub column: Option<String>,
}

/// Output of `get-choice`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Name of the choice.
    name: String,
    /// Whether columns share it.
    global: bool,
    /// Its options in their order.
    options: Vec<OptionShown>,
    /// The definition, in the service's own names.
    definition: Map<String, Value>,
}

/// The action.
#[derive(Debug)]
pub struct GetChoice;

impl Action<Dataverse> for GetChoice {
    const DECLARATION: Declaration = Declaration {
        name: "get-choice",
        aliases: &[],
        title: "Get a choice",
        description: "Gives a global choice, or that of a column, with its options.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "column": "industrycode"}"#,
            r#"{"choice": "budgetstatus"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let given = Given {
            choice: input.choice.as_deref(),
            table: input.table.as_deref(),
            column: input.column.as_deref(),
        };
        let found = find(session, given, false).await?;
        Ok(Output {
            name: found.name().to_owned(),
            global: found.table.is_none(),
            options: shown_options(&found.definition),
            definition: found.definition,
        })
    }
}
