//! `autocomplete-search`: the end of the word that somebody types.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

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
    /// Input of `autocomplete-search`.
    struct Input {
        /// What has been typed so far.
        pub search: String,
        /// Tables to search in: logical names or entity set names.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub tables: Option<Vec<String>>,
        /// Condition, as of `search-rows`.
        pub filter: Option<String>,
        /// Also take words that differ by a letter.
        pub fuzzy: Option<bool>,
        /// Version of the service's search.
        #[schemars(extend("default" = "2.0", "x-airlock-advanced" = true))]
        pub version: Option<Version>,
    } + caller
}

/// Output of `autocomplete-search`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Output {
    /// What was typed, to the end of its last word; empty where nothing fits.
    text: String,
}

/// The action.
#[derive(Debug)]
pub struct AutocompleteSearch;

impl Action<Dataverse> for AutocompleteSearch {
    const DECLARATION: Declaration = Declaration {
        name: "autocomplete-search",
        aliases: &[],
        title: "Complete a search",
        description: "Completes the word that somebody is typing into a search box. Dataverse search has \
                      to be switched on in the organisation.",
        group: "Search",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"search": "har"}"#],
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
            fuzzy: input.fuzzy.unwrap_or(false),
            ..Parameters::default()
        };
        parameters.check(Question::Autocomplete, version)?;
        parameters.tables = tables(session, input.tables.as_deref()).await?;
        let asked = (Question::Autocomplete, version);
        let answer = ask(session, asked, &parameters, &options).await?;
        let text = answer.get("value").and_then(Value::as_str);
        Ok(Output {
            text: text.unwrap_or_default().to_owned(),
        })
    }
}
