//! `search-rows`: rows of several tables by words, the best first.

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
    actions::{input::input, options::names},
    session::{Dataverse, Session},
};

input! {
    /// Input of `search-rows`.
    struct Input {
        /// What to search for, up to 100 characters. `*` at a word's end stands for any end.
        pub search: String,
        /// Tables to search in: logical names or entity set names. Without them all that the
        /// organisation has for search.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub tables: Option<Vec<String>>,
        /// Condition, with the table in front of each column where several are searched:
        /// `account:revenue gt 5000`.
        pub filter: Option<String>,
        /// What to group the found rows by, such as `@search.entityname,count:100` or
        /// `account.ownerid`.
        pub facets: Option<Vec<String>>,
        /// Order in place of the relevance: `name desc`, `createdon`.
        pub orderby: Option<Vec<String>>,
        /// Most rows to give, up to 100; the service gives 50 without it.
        #[schemars(range(min = 1, max = 100))]
        pub top: Option<u32>,
        /// Rows to leave out at the beginning.
        pub skip: Option<u32>,
        /// Also count all rows that were found.
        pub count: Option<bool>,
        /// Whether one word is enough.
        #[schemars(extend("default" = "any"))]
        pub search_mode: Option<Mode>,
        /// The language of `search`.
        #[schemars(extend("default" = "simple"))]
        pub search_type: Option<Type>,
        /// Also find words that differ by a letter.
        pub fuzzy: Option<bool>,
        /// Columns that are given of the named tables. Without them the service gives the name alone in
        /// version 2.0, and the columns of the table's view in version 1.0.
        pub select: Option<Vec<String>>,
        /// Columns of the named tables that are searched.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub search_columns: Option<Vec<String>>,
        /// Version of the service's search.
        #[schemars(extend("default" = "2.0", "x-airlock-advanced" = true))]
        pub version: Option<Version>,
    } + caller
}

/// Whether one word is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A row with any of the words is found.
    Any,
    /// A row needs all of them.
    All,
}

/// The language of a search text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// Words, `+`, `|`, `-`, parentheses, quotes, `*`.
    Simple,
    /// Lucene's: also distances, patterns and columns.
    Full,
}

/// Output of `search-rows`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The rows that were found: `@search.entityname` and `@search.objectid` say which,
    /// `@search.score` and `@search.highlights` why, and the columns stand beside them.
    #[schemars(extend("x-airlock-rows" = true))]
    rows: Vec<Map<String, Value>>,
    /// How many were found in all, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    /// The groups, by what was asked for.
    #[serde(skip_serializing_if = "Map::is_empty")]
    facets: Map<String, Value>,
}

/// The action.
#[derive(Debug)]
pub struct SearchRows;

impl Action<Dataverse> for SearchRows {
    const DECLARATION: Declaration = Declaration {
        name: "search-rows",
        aliases: &[],
        title: "Search rows",
        description: "Finds rows of several tables at once by words, the most relevant first. Dataverse \
                      search has to be switched on in the organisation.",
        group: "Search",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"search": "harbor", "tables": ["account", "contact"], "top": 10, "count": true}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let list = |given: &Option<Vec<String>>| given.clone().unwrap_or_default();
        let version = input.version.unwrap_or_default();
        let mut parameters = Parameters {
            search: input.search.trim().to_owned(),
            tables: names(input.tables.as_deref().unwrap_or_default()),
            select: names(&list(&input.select)),
            search_columns: names(&list(&input.search_columns)),
            filter: input.filter,
            facets: list(&input.facets),
            order_by: list(&input.orderby),
            top: input.top,
            skip: input.skip,
            count: input.count.unwrap_or(false),
            all_words: input.search_mode == Some(Mode::All),
            lucene: input.search_type == Some(Type::Full),
            fuzzy: input.fuzzy.unwrap_or(false),
        };
        parameters.check(Question::Query, version)?;
        parameters.tables = tables(session, input.tables.as_deref()).await?;
        let mut answer = ask(session, (Question::Query, version), &parameters, &options).await?;
        Ok(Output {
            rows: match answer.remove("value") {
                Some(Value::Array(rows)) => rows
                    .into_iter()
                    .filter_map(|row| match row {
                        Value::Object(row) => Some(row),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            },
            // Without a wish for it the count is -1.
            count: answer.get("totalrecordcount").and_then(Value::as_u64),
            facets: match answer.remove("facets") {
                Some(Value::Object(facets)) => facets,
                _ => Map::new(),
            },
        })
    }
}
