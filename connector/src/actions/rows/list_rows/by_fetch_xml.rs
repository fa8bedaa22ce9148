//! `fetch-xml`: the rows that a FetchXML query asks for, whatever table it names.
//!
//! The query says everything itself, its table included; pages, streams and what is left of a read
//! that breaks off are those of `list-rows`.

use airlock_connector::{
    Action, Error, FieldError, IdempotencyKey, Summary, Transport,
    declare::{Declaration, Streams, Traits},
    stream::Pipe,
};

use super::{Input as List, Output, give, stream};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::fetch_xml::FetchXml as Fetch,
};

input! {
    /// Input of `fetch-xml`.
    struct Input {
        /// The query, beginning with `<fetch>`. Its table is the one that its `<entity>` names.
        pub fetch_xml: Option<String>,
        /// The table that the query is meant to ask, to be sure that it does.
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-advanced" = true))]
        pub table: Option<String>,
        /// Which page to give, from 1; the first unless said otherwise. Beyond 50,000 rows the service
        /// only goes on from where it stopped: use `next-page` or `fetch-all`.
        #[schemars(range(min = 1))]
        pub page: Option<u64>,
        /// The service's own cookie for that page, as an earlier answer gives it (`paging-cookie`).
        #[schemars(extend("x-airlock-advanced" = true))]
        pub paging_cookie: Option<String>,
        /// Rows per page, in place of the query's own `count`.
        #[schemars(range(min = 1, max = 5000))]
        pub page_size: Option<u32>,
        /// Go on from page to page until there are no more rows.
        pub fetch_all: Option<bool>,
        /// `next-page` of an earlier answer, in place of the query, to go on from there.
        pub next_page: Option<String>,
        /// Also count the rows. The service counts to 5000 and no further.
        pub count: Option<bool>,
    } + annotations + caller
}

/// The action.
#[derive(Debug)]
pub struct FetchXml;

impl Action<Dataverse> for FetchXml {
    const DECLARATION: Declaration = Declaration {
        name: "fetch-xml",
        aliases: &[],
        title: "Fetch by FetchXML",
        description: "Gives the rows that a FetchXML query asks for, aggregates included, one page or \
                      all of them. Streams them as one JSON object per line.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::ROWS_OUT,
        examples: &[
            r#"{"fetch-xml": "<fetch><entity name='lead'><attribute name='subject'/></entity></fetch>",
                "fetch-all": true}"#,
            r#"{"fetch-xml": "<fetch aggregate='true'><entity name='lead'><attribute name='leadid' alias='leads' aggregate='count'/></entity></fetch>"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let list = list(session, input).await?;
        give(session, list, None).await
    }

    async fn pipe<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        let list = list(session, input).await?;
        stream(session, list, None, pipe).await
    }
}

/// The list that the query asks for.
async fn list<T: Transport>(session: &Session<T>, input: Input) -> Result<List, Error> {
    // In whose name is told before a table is asked for.
    input.options()?;
    let (table, query) = match (&input.fetch_xml, &input.next_page) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid(
                "/next-page",
                "it goes on with the query that it came from: give it without one",
            ));
        }
        (None, None) => {
            return Err(Error::invalid(
                "/fetch-xml",
                "which rows? Give a query that begins with <fetch>",
            ));
        }
        (None, Some(_)) => (String::new(), None),
        (Some(text), None) => {
            let (table, query) = asked(text, &input)?;
            // A name that is wrong stands in the query and not in an input of its own.
            let asked = session.table(&table, "/fetch-xml").await?;
            if let Some(meant) = &input.table {
                let meant = session.table(meant, "/table").await?;
                if meant.name != asked.name {
                    return Err(Error::invalid(
                        "/table",
                        format!("the query asks `{}` and not `{}`", asked.name, meant.name),
                    ));
                }
            }
            (table, Some(query))
        }
    };
    Ok(List {
        table,
        fetch_xml: query,
        page_size: input.page_size,
        fetch_all: input.fetch_all,
        next_page: input.next_page,
        count: input.count,
        formatted_values: input.formatted_values,
        all_annotations: input.all_annotations,
        full_metadata: input.full_metadata,
        impersonate_user_id: input.impersonate_user_id,
        impersonate_object_id: input.impersonate_object_id,
        select: None,
        filter: None,
        orderby: None,
        expand: None,
        top: None,
        apply: None,
        parameters: None,
        minimum_count: None,
        skip: None,
        saved_view: None,
        user_view: None,
        partition: None,
    })
}

/// The table that a query asks, and the query turned to the page that is wanted.
fn asked(text: &str, input: &Input) -> Result<(String, String), Error> {
    let query =
        Fetch::parse(text).map_err(|error| Error::invalid("/fetch-xml", error.to_string()))?;
    let Some(table) = query.table().map(str::to_owned) else {
        return Err(Error::invalid(
            "/fetch-xml",
            "the query names no table: <fetch> holds <entity name='…'>",
        ));
    };
    let mut faults = Vec::new();
    if let Some(top) = query.top() {
        let paged = [
            ("page", input.page.is_some()),
            ("paging-cookie", input.paging_cookie.is_some()),
            ("page-size", input.page_size.is_some()),
            ("fetch-all", input.fetch_all == Some(true)),
        ];
        for (name, _) in paged.into_iter().filter(|(_, given)| *given) {
            faults.push(FieldError::new(
                format!("/{name}"),
                format!(
                    "the query's own top ends it after {top} rows, and such a result has no pages: \
                     leave one of them out"
                ),
            ));
        }
        for name in query.paging() {
            faults.push(FieldError::new(
                "/fetch-xml",
                format!("the service takes no `{name}` beside `top`: leave one of them out"),
            ));
        }
    }
    if input.page.is_some() && input.fetch_all == Some(true) {
        faults.push(FieldError::new(
            "/page",
            "fetch-all wants every page: leave one of them out",
        ));
    }
    if input.page == Some(0) {
        faults.push(FieldError::new("/page", "pages are counted from 1"));
    }
    if !faults.is_empty() {
        return Err(Error::InvalidInput(faults));
    }
    Ok((
        table,
        match (input.page, &input.paging_cookie) {
            (page, Some(cookie)) => query.at_cookie(page.unwrap_or(2), cookie).to_text(),
            (Some(page), None) => query.at_page(page).to_text(),
            (None, None) => text.to_owned(),
        },
    ))
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method, testing::Script};
    use serde_json::{Value, json};

    use super::super::tests::page;
    use crate::{
        actions::testing::{faults, leads, run, sent},
        webapi::literal::encode_value,
    };

    const QUERY: &str = "<fetch><entity name='lead'><attribute name='subject'/></entity></fetch>";

    fn more(rows: &[&str]) -> String {
        let mut page: Value = serde_json::from_str(&page(rows, None)).unwrap();
        page["@Microsoft.Dynamics.CRM.morerecords"] = json!(true);
        page["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"] = json!(
            "<cookie pagenumber=\"2\" pagingcookie=\"%253cc%2520a%253d%25221%2522%253e\" istracking=\"False\" />"
        );
        page.to_string()
    }

    fn refused(input: Value) -> Vec<(String, String)> {
        let script = leads();
        let found = faults(run(&script, "fetch-xml", input).unwrap_err());
        assert!(sent(&script).is_empty(), "nothing leaves");
        found
    }

    fn pages(script: Script) -> Script {
        script
            .answer(Method::Get, "leads?fetchXml", 200, &more(&["a"]))
            .answer(Method::Get, "leads?fetchXml", 429, "")
            .fail(
                Method::Get,
                "leads?fetchXml",
                TransportError::Interrupted("the connection broke".into()),
            )
            .answer(Method::Get, "leads?fetchXml", 200, &page(&["b"], None))
    }

    #[test]
    fn all_pages_come_by_the_cookies_that_the_service_gives() {
        let script = pages(leads());
        let input = json!({"fetch-xml": QUERY, "fetch-all": true});
        let output = run(&script, "fetch-xml", input).unwrap();
        let rows = json!([{"subject": "a"}, {"subject": "b"}]);
        assert_eq!(output, json!({"rows": rows, "truncated": false}));
        let asked = sent(&script);
        let first = format!("GET leads?fetchXml={}", encode_value(QUERY));
        assert_eq!(asked[0], first);
        assert!(asked[1].contains("paging-cookie"), "{}", asked[1]);
        assert_eq!((&asked[1], &asked[1]), (&asked[2], &asked[3]));
    }

    #[test]
    fn one_page_says_that_there_are_more_and_where() {
        let script = pages(leads());
        let first = run(&script, "fetch-xml", json!({"fetch-xml": QUERY})).unwrap();
        assert_eq!(first["truncated"], true);
        let input = json!({"next-page": first["next-page"]});
        let second = run(&script, "fetch-xml", input).unwrap();
        assert_eq!(second["rows"], json!([{"subject": "b"}]));
    }

    #[test]
    fn a_page_by_its_number_is_written_into_the_query() {
        let script = leads().answer(Method::Get, "leads?", 200, &page(&[], None));
        let input = json!({"fetch-xml": QUERY, "page": 3, "page-size": 50});
        run(&script, "fetch-xml", input).unwrap();
        let expected = QUERY.replace("<fetch>", "<fetch page=\"3\" count=\"50\">");
        let asked = format!("GET leads?fetchXml={}", encode_value(&expected));
        assert_eq!(sent(&script), [asked]);
    }

    #[test]
    fn a_bounded_query_has_no_pages() {
        let bounded = QUERY.replace("<fetch>", "<fetch top='5'>");
        for (name, value) in [
            ("page", json!(2)),
            ("page-size", json!(2)),
            ("fetch-all", json!(true)),
        ] {
            let found = refused(json!({"fetch-xml": bounded, name: value}));
            assert_eq!(found[0].0, format!("/{name}"));
            assert!(found[0].1.contains("has no pages"), "{found:?}");
        }
        let both = QUERY.replace("<fetch>", "<fetch top='5' count='2'>");
        let found = refused(json!({"fetch-xml": both}));
        assert!(found[0].1.contains("no `count` beside `top`"), "{found:?}");
        let script = leads().answer(Method::Get, "leads?", 200, &page(&["a"], None));
        run(&script, "fetch-xml", json!({"fetch-xml": bounded})).unwrap();
    }

    #[test]
    fn what_is_no_query_is_refused_with_its_place() {
        let table = [
            (json!({}), "/fetch-xml", "which rows"),
            (
                json!({"fetch-xml": "<fetch>"}),
                "/fetch-xml",
                "before its elements are closed",
            ),
            (
                json!({"fetch-xml": "<fetch/>"}),
                "/fetch-xml",
                "names no table",
            ),
            (
                json!({"fetch-xml": QUERY, "next-page": "x"}),
                "/next-page",
                "without one",
            ),
            (
                json!({"fetch-xml": QUERY, "page": 2, "fetch-all": true}),
                "/page",
                "every page",
            ),
            (json!({"fetch-xml": QUERY, "page": 0}), "/page", "from 1"),
        ];
        for (input, pointer, words) in table {
            let found = refused(input.clone());
            assert_eq!(found[0].0, pointer, "{input}");
            assert!(found[0].1.contains(words), "{input}: {found:?}");
        }
    }
}
