//! `list-entity-types`: the sets that the Web API's service document names.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    session::{Dataverse, Session},
    webapi::{ApiRequest, headers::LARGEST_PAGE},
};

/// Input of `list-entity-types`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// Only names that contain this text, in any case.
    pub search: Option<String>,
    /// Entries per page, where the service gives pages.
    #[schemars(range(min = 1, max = 5000), extend("default" = 5000))]
    pub page_size: Option<u32>,
    /// Go on from here: `next-page` of a former answer.
    pub next_page: Option<String>,
    /// Follow every page and give all of them at once.
    pub all: Option<bool>,
}

/// Output of `list-entity-types`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The entries in the service's order.
    types: Vec<Entry>,
    /// How many there are here.
    count: usize,
    /// Where it goes on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page: Option<String>,
}

/// One entry.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Entry {
    /// Name of the set.
    name: String,
    /// What it is: `EntitySet`, `Singleton`, `FunctionImport` and so on.
    #[serde(default)]
    kind: String,
    /// Its address below the Web API's root.
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
struct Page {
    value: Vec<Entry>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

/// The action.
#[derive(Debug)]
pub struct ListEntityTypes;

impl Action<Dataverse> for ListEntityTypes {
    const DECLARATION: Declaration = Declaration {
        name: "list-entity-types",
        aliases: &[],
        title: "List entity types",
        description: "Lists the sets that the Web API's service document names, with their addresses.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"search": "account"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let client = session.client();
        let size = input.page_size.unwrap_or(LARGEST_PAGE);
        if !(1..=LARGEST_PAGE).contains(&size) {
            return Err(Error::invalid(
                "/page-size",
                format!("a number from 1 to {LARGEST_PAGE} is needed here, not {size}"),
            ));
        }
        let mut url = match input.next_page.as_deref() {
            Some(link) => client.base().own(link, "/next-page")?,
            None => client.base().url("", "")?,
        };
        let mut types = Vec::new();
        let next_page = loop {
            let mut call = ApiRequest::get(url);
            call.options.page_size = Some(size);
            let page: Page = client.send(call).await?.json()?;
            let pages_before = types.len();
            types.extend(page.value);
            match page.next {
                // A page that leads on and holds nothing could lead on for ever.
                Some(next) if input.all.unwrap_or(false) && types.len() > pages_before => {
                    url = client.base().own(&next, "/next-page")?;
                }
                next => break next,
            }
        };
        if let Some(search) = input
            .search
            .as_deref()
            .map(|text| text.trim().to_lowercase())
        {
            types.retain(|one: &Entry| one.name.to_lowercase().contains(&search));
        }
        Ok(Output {
            count: types.len(),
            types,
            next_page,
        })
    }
}
