//! A list asked for by FetchXML: what cannot be said beside it, and where its pages get their size.
//!
//! FetchXML has its own words for what the other inputs say. The size of a page goes into the query
//! (`count`), so that the link to the next page holds all that there is to know.

use airlock_connector::{Error, FieldError, input::below};

use super::{
    Input,
    parameters::{parameters, partition},
};
use crate::{
    actions::options::plain,
    tables::Table,
    webapi::{
        Query,
        fetch_pages::FETCH_XML,
        fetch_xml::{FetchXml, NotFetchXml},
    },
};

/// The query and where in the input it stands.
#[derive(Debug)]
pub(super) struct Fetch {
    text: String,
    pointer: String,
}

impl Fetch {
    /// The FetchXML of an input, if it asks by one: `fetch-xml`, or the parameter by which callers
    /// of the service know it.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for whatever cannot be said beside it.
    pub(super) fn of(input: &Input) -> Result<Option<Self>, Error> {
        let parameter = input
            .parameters
            .iter()
            .flatten()
            .find(|(name, _)| is_fetch_xml(name));
        let parameter = parameter.map(|(name, value)| Self {
            text: plain(value),
            pointer: below("/parameters", name),
        });
        let own = input.fetch_xml.as_ref().map(|text| Self {
            text: text.clone(),
            pointer: "/fetch-xml".to_owned(),
        });
        let fetch = match (own, parameter) {
            (Some(_), Some(parameter)) => {
                return Err(Error::invalid(
                    parameter.pointer,
                    "one list is asked for by one query: give the FetchXML once",
                ));
            }
            (own, parameter) => match own.or(parameter) {
                Some(fetch) => fetch,
                None => return Ok(None),
            },
        };
        let given = [
            ("select", input.select.is_some()),
            ("filter", input.filter.is_some()),
            ("orderby", input.orderby.is_some()),
            ("expand", input.expand.is_some()),
            ("apply", input.apply.is_some()),
            ("saved-view", input.saved_view.is_some()),
            ("user-view", input.user_view.is_some()),
        ];
        let faults: Vec<FieldError> = given
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| {
                FieldError::new(
                    format!("/{name}"),
                    "FetchXML says this itself: the service would ignore it",
                )
            })
            .collect();
        if !faults.is_empty() {
            return Err(Error::InvalidInput(faults));
        }
        let query = fetch.read()?;
        if let (Some(top), Some(true)) = (query.top(), input.fetch_all) {
            return Err(Error::invalid(
                fetch.pointer,
                format!(
                    "fetch-all wants every row and the query's own top only {top}: leave one of them out"
                ),
            ));
        }
        Ok(Some(fetch))
    }

    /// What goes out, and after how many rows the service stops without a word.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] when the query asks another table.
    pub(super) fn query(
        &self,
        input: &Input,
        table: &Table,
    ) -> Result<(Query, Option<u64>), Error> {
        let mut query = self.read()?;
        if let Some(asked) = query.table().filter(|asked| *asked != table.name.as_str()) {
            return Err(Error::invalid(
                &self.pointer,
                format!(
                    "the FetchXML asks `{asked}` and not `{}`: give that table",
                    table.name
                ),
            ));
        }
        if let Some(size) = input.page_size {
            query = query.with_page_size(size);
        }
        if let Some(top) = input.top {
            query = query.with_most(top);
        }
        let top = query.top();
        let query = Query {
            fetch_xml: Some(query.to_text()),
            count: input.count.unwrap_or(false),
            parameters: parameters(input)
                .filter(|(name, _)| !is_fetch_xml(name))
                .chain(partition(input))
                .collect(),
            ..Query::default()
        };
        Ok((query, top))
    }

    fn read(&self) -> Result<FetchXml<'_>, Error> {
        FetchXml::parse(&self.text)
            .map_err(|error: NotFetchXml| Error::invalid(&self.pointer, error.to_string()))
    }
}

fn is_fetch_xml(name: &str) -> bool {
    name.eq_ignore_ascii_case(FETCH_XML)
}

#[cfg(test)]
mod tests;
