//! `suggest-rows`: rows whose texts begin as somebody types.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    call::{ask, tables},
    parameters::Parameters,
    version::{Question, Version},
};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `suggest-rows`.
    struct Input {
        /// The beginning of what is searched for, from three characters on.
        pub search: String,
        /// Tables to search in: logical names or entity set names.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub tables: Option<Vec<String>>,
        /// Condition, as of `search-rows`.
        pub filter: Option<String>,
        /// Order in place of the relevance.
        pub orderby: Option<Vec<String>>,
        /// Most suggestions to give, up to 100; the service gives 5 without it.
        #[schemars(range(min = 1, max = 100))]
        pub top: Option<u32>,
        /// Also find words that differ by a letter.
        pub fuzzy: Option<bool>,
        /// Version of the service's search.
        #[schemars(extend("default" = "2.0", "x-airlock-advanced" = true))]
        pub version: Option<Version>,
    } + caller
}

/// Output of `suggest-rows`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The suggestions, the best first.
    #[schemars(extend("x-airlock-rows" = true))]
    suggestions: Vec<Suggestion>,
}

/// A row that may be meant.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Suggestion {
    /// The text that was found, with `{crmhit}` around what was typed.
    text: String,
    /// The row: `@search.entityname` and `@search.objectid` say which.
    #[serde(rename(deserialize = "document", serialize = "row"))]
    row: Map<String, Value>,
}

/// The action.
#[derive(Debug)]
pub struct SuggestRows;

impl Action<Dataverse> for SuggestRows {
    const DECLARATION: Declaration = Declaration {
        name: "suggest-rows",
        aliases: &[],
        title: "Suggest rows",
        description: "Finds rows whose texts begin with what somebody has typed so far, for a list below \
                      a search box. Dataverse search has to be switched on in the organisation.",
        group: "Search",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"search": "har", "tables": ["account"]}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let version = input.version.unwrap_or_default();
        let mut parameters = Parameters {
            search: input.search.trim().to_owned(),
            filter: input.filter,
            order_by: input.orderby.unwrap_or_default(),
            top: input.top,
            fuzzy: input.fuzzy.unwrap_or(false),
            ..Parameters::default()
        };
        parameters.check(Question::Suggest, version)?;
        parameters.tables = tables(session, input.tables.as_deref()).await?;
        let asked = (Question::Suggest, version);
        let mut answer = ask(session, asked, &parameters, &options).await?;
        let suggestions = serde_json::from_value(answer.remove("value").unwrap_or_default());
        Ok(Output {
            suggestions: suggestions.map_err(|error| {
                Error::Internal(format!("the suggestions cannot be read: {error}"))
            })?,
        })
    }
}
