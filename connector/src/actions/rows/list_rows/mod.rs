//! `list-rows`: the rows of a table that fulfil a condition, page by page.
//!
//! Nothing is cut silently. An answer that is not the whole result says `truncated` and carries
//! the link to the next page; `fetch-all` follows the links to the end; streaming does the same
//! while holding one page at a time. A read that breaks off on its way is an error, and the error
//! says how many rows had come and where the next one is.

mod bounds;
mod by_fetch_xml;
mod fetch;
mod give;
mod next_page;
mod parameters;
mod plan;
mod rows;
#[cfg(test)]
mod tests;
mod view;

use airlock_connector::{
    Action, Answer, Error, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::Pipe,
};
pub use by_fetch_xml::FetchXml;
pub(in crate::actions) use give::{give, stream};
pub(in crate::actions) use plan::Place;
use rows::Rows;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `list-rows`.
    struct Input {
        /// Table to read: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
        /// Columns to give; all of them unless some are named. A lookup may be named as the column
        /// (`ownerid`) or as its value (`_ownerid_value`).
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub select: Option<Vec<String>>,
        /// OData condition, such as `statecode eq 0 and contains(name,'Harbor')`, without
        /// `$filter=` and not encoded.
        pub filter: Option<String>,
        /// Columns to sort by, each with `desc` behind it to turn the order round, such as
        /// `createdon desc`.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub orderby: Option<Vec<String>>,
        /// Related rows to give inline, each a navigation property with its options in parentheses,
        /// such as `primarycontactid($select=fullname)`.
        pub expand: Option<Vec<String>>,
        /// At most so many rows. When there are more, the answer says so and carries the link to
        /// them.
        #[schemars(range(min = 1, max = 5000))]
        pub top: Option<u32>,
        /// Follow the links from page to page until there are no more rows.
        pub fetch_all: Option<bool>,
        /// Rows per page; 5000 unless said otherwise, which is also the most the service gives.
        #[schemars(range(min = 1, max = 5000))]
        pub page_size: Option<u32>,
        /// Read page after page until there are at least so many rows. Pages are given whole.
        #[schemars(range(min = 1, max = 100_000))]
        pub minimum_count: Option<u32>,
        /// Leave out so many rows at the beginning. The service has no word for it: they are read and
        /// dropped, and sorted by the row's id besides, so that each stands in one place.
        #[schemars(range(max = 100_000))]
        pub skip: Option<u32>,
        /// `next-page` of an earlier answer, to go on from there. It remembers that answer's
        /// condition, order, columns and page size.
        pub next_page: Option<String>,
        /// Also count the rows that fulfil the condition. The service counts to 5000 and no further.
        pub count: Option<bool>,
        /// FetchXML query, in place of `select`, `filter`, `orderby`, `expand` and `apply`. Its pages
        /// are followed like any others, and it leaves columns without a value out of its rows.
        pub fetch_xml: Option<String>,
        /// Name or id of a view of the organisation whose rows to give, such as `Active Accounts`.
        pub saved_view: Option<String>,
        /// Name or id of a view of the user's own.
        pub user_view: Option<String>,
        /// Partition of an elastic table to read in.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub partition: Option<String>,
        /// OData aggregation, such as `groupby((statuscode),aggregate($count as rows))`.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub apply: Option<String>,
        /// Further parameters of the request's URL: aliases such as `@p1`, or `tag`.
        #[schemars(extend("x-airlock-advanced" = true, "x-airlock-pairs" = "parameter"))]
        pub parameters: Option<Map<String, Value>>,
    } + annotations + caller
}

/// Output of `list-rows`.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub struct Output {
    /// The rows, each as the service gave it.
    #[schemars(with = "Vec<Map<String, Value>>", extend("x-airlock-rows" = true))]
    rows: Rows,
    #[schemars(flatten)]
    rest: Rest,
}

impl Answer for Output {
    fn text(&self) -> Result<String, Error> {
        let rest = self.rest.text()?;
        let mut text = String::from("{\"rows\":");
        self.rows.write(&mut text);
        // An object that is never empty goes on where its brace stood.
        text.push(',');
        text.push_str(rest.strip_prefix('{').unwrap_or(&rest));
        Ok(text)
    }
}

/// What an answer says of the rows that it does not hold.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Rest {
    /// How many rows fulfil the condition, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    /// Whether `count` stopped at the service's limit of 5000, so that there may be more.
    #[serde(skip_serializing_if = "Option::is_none")]
    count_limited: Option<bool>,
    /// Whether there are, or may be, more rows than these.
    truncated: bool,
    /// Where they are: to be given as `next-page`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page: Option<String>,
    /// Of a FetchXML read, which page that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_number: Option<u64>,
    /// Of a FetchXML read, the service's cookie for that page, where it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    paging_cookie: Option<String>,
}

/// The action.
#[derive(Debug)]
pub struct ListRows;

impl Action<Dataverse> for ListRows {
    const DECLARATION: Declaration = Declaration {
        name: "list-rows",
        aliases: &[],
        title: "List rows",
        description: "Lists the rows of a table that fulfil a condition, in the order asked for, \
                      one page or all of them. Streams them as one JSON object per line.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::ROWS_OUT,
        examples: &[
            r#"{"table": "lead", "select": ["fullname", "subject"], "filter": "statecode eq 0",
                "orderby": ["createdon desc"], "top": 10}"#,
            r#"{"table": "account", "expand": ["primarycontactid($select=fullname)"],
                "formatted-values": true}"#,
            r#"{"table": "contact", "select": ["fullname", "emailaddress1"], "fetch-all": true}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        give(session, input, None).await
    }

    async fn pipe<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        stream(session, input, None, pipe).await
    }
}
