//! The addresses of the pages of a FetchXML read, and of a saved view, which is one.
//!
//! Everything stands in the address itself, so that the link to a page is enough to go on from,
//! whoever kept it.

use airlock_connector::{Error, Transport};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::{
    client::Client,
    fetch_xml::{FetchXml, cookie},
    literal::encode_value,
    row_id::RowId,
};
use crate::webapi::client::ApiRequest;

/// The parameter that holds a query.
pub const FETCH_XML: &str = "fetchXml";
/// The parameters that name a saved view, and the tables that keep them.
const VIEWS: [(&str, &str); 2] = [("savedQuery", "savedqueries"), ("userQuery", "userqueries")];
/// The parameter of the service's own links, which say all there is to say.
const SKIP_TOKEN: &str = "$skiptoken";

/// Whether the address is a read by FetchXML, its own or a view's.
#[must_use]
pub fn asks_by_fetch_xml(url: &str) -> bool {
    parameter(url, FETCH_XML).is_some() || asks_by_view(url)
}

/// Whether the address is a read by a saved view.
#[must_use]
pub fn asks_by_view(url: &str) -> bool {
    VIEWS.iter().any(|(name, _)| parameter(url, name).is_some())
}

/// A saved view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    set: &'static str,
    id: RowId,
}

/// The saved view that the address reads by.
#[must_use]
pub fn view(url: &str) -> Option<View> {
    VIEWS.iter().find_map(|(name, set)| {
        let id = parameter(url, name)?.parse().ok()?;
        Some(View { set, id })
    })
}

/// The address of the page after the one at `url`; `None` where it cannot be known.
#[must_use]
pub fn after(url: &str, annotation: Option<&str>) -> Option<String> {
    if parameter(url, SKIP_TOKEN).is_some() {
        return None;
    }
    let text = parameter(url, FETCH_XML)?;
    let next = FetchXml::parse(&text)
        .ok()?
        .next(annotation.and_then(cookie).as_deref());
    Some(with(url, &[FETCH_XML], &next.to_text()))
}

/// The same for a view: the second page is asked for by the query that the view keeps.
#[must_use]
pub fn after_view(url: &str, text: &str, size: u32, annotation: Option<&str>) -> Option<String> {
    if parameter(url, SKIP_TOKEN).is_some() {
        return None;
    }
    let next = FetchXml::parse(text)
        .ok()?
        .with_page_size(size)
        .next(annotation.and_then(cookie).as_deref());
    Some(with(url, &VIEWS.map(|(name, _)| name), &next.to_text()))
}

/// Which page the address of a FetchXML read asks for, and with which cookie.
#[must_use]
pub fn place(url: &str) -> Option<(u64, Option<String>)> {
    let text = parameter(url, FETCH_XML)?;
    let query = FetchXml::parse(&text).ok()?;
    Some((query.page(), query.cookie()))
}

impl<T: Transport> Client<T> {
    /// The query that a saved view keeps.
    pub(super) async fn fetch_xml_of(&self, view: View) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct Kept {
            fetchxml: Option<String>,
        }
        let url = self
            .base()
            .url(&format!("{}({})", view.set, view.id), "$select=fetchxml")?;
        let kept: Kept = self.send(ApiRequest::get(url).preparing()).await?.json()?;
        Ok(kept.fetchxml)
    }
}

/// The parameters of an address, as they stand.
fn parameters(url: &str) -> impl Iterator<Item = &str> {
    let (_, query) = url.split_once('?').unwrap_or_default();
    query.split('&').filter(|pair| !pair.is_empty())
}

fn is(pair: &str, name: &str) -> bool {
    let (given, _) = pair.split_once('=').unwrap_or((pair, ""));
    percent_decode_str(given)
        .decode_utf8()
        .is_ok_and(|given| given.eq_ignore_ascii_case(name))
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let pair = parameters(url).find(|pair| is(pair, name))?;
    let (_, value) = pair.split_once('=')?;
    let value = value.replace('+', " ");
    percent_decode_str(&value)
        .decode_utf8()
        .map(|text| text.into_owned())
        .ok()
}

/// The address with a query in place of the parameters `instead_of`.
fn with(url: &str, instead_of: &[&str], fetch_xml: &str) -> String {
    let (path, _) = url.split_once('?').unwrap_or((url, ""));
    let kept = parameters(url)
        .filter(|pair| !instead_of.iter().any(|name| is(pair, name)))
        .map(str::to_owned);
    let query = format!("{FETCH_XML}={}", encode_value(fetch_xml));
    let all: Vec<String> = std::iter::once(query).chain(kept).collect();
    format!("{path}?{}", all.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEADS: &str = "https://contoso.crm.dynamics.com/api/data/v9.2/leads";
    const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";
    const ANNOTATION: &str = "<cookie pagenumber=\"2\" pagingcookie=\"%253cc%2520a%253d%25221%2522%253e\" istracking=\"False\" />";

    fn query(text: &str) -> String {
        format!("{LEADS}?{FETCH_XML}={}", encode_value(text))
    }

    #[test]
    fn what_pages_by_annotation_is_told_by_its_address() {
        let table = [
            (LEADS.to_owned(), false, false),
            (
                format!("{LEADS}?$filter=subject%20eq%20'fetchXml='"),
                false,
                false,
            ),
            (query("<fetch/>"), true, false),
            (format!("{LEADS}?$count=true&fetchxml=x"), true, false),
            (format!("{LEADS}?savedQuery={ID}"), true, true),
            (format!("{LEADS}?userQuery={ID}"), true, true),
        ];
        for (url, by_fetch_xml, by_view) in table {
            assert_eq!(asks_by_fetch_xml(&url), by_fetch_xml, "{url}");
            assert_eq!(asks_by_view(&url), by_view, "{url}");
        }
    }

    #[test]
    fn the_next_page_is_the_same_address_with_the_query_turned() {
        let first = format!(
            "{}&$count=true",
            query("<fetch><entity name='lead'/></fetch>")
        );
        let cookie = "&lt;c a=&quot;1&quot;&gt;";
        let table = [
            (
                Some(ANNOTATION),
                format!(
                    "<fetch page=\"2\" paging-cookie=\"{cookie}\"><entity name='lead'/></fetch>"
                ),
            ),
            (
                None,
                "<fetch page=\"2\"><entity name='lead'/></fetch>".to_owned(),
            ),
        ];
        for (annotation, expected) in table {
            let next = after(&first, annotation).unwrap();
            assert_eq!(next, format!("{}&$count=true", query(&expected)));
        }
        assert_eq!(after(&format!("{first}&$skiptoken=x"), None), None);
        assert_eq!(after(LEADS, Some(ANNOTATION)), None);
    }

    #[test]
    fn a_view_goes_on_as_the_query_that_it_keeps() {
        let url = format!("{LEADS}?$count=true&savedQuery={ID}");
        assert_eq!(view(&url).unwrap().set, "savedqueries");
        let next = after_view(&url, "<fetch><entity name='lead'/></fetch>", 7, None).unwrap();
        let expected = "<fetch count=\"7\" page=\"2\"><entity name='lead'/></fetch>";
        assert_eq!(next, format!("{}&$count=true", query(expected)));
        assert_eq!(view(&format!("{LEADS}?savedQuery=Active")), None);
    }
}
