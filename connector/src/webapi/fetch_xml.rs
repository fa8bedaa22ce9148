//! FetchXML as far as its pages need it: which table it asks, what bounds it, and the same query
//! turned to its next page.
//!
//! The service gives FetchXML no link to its next page. It tells in two annotations, which have to
//! be asked for, that there is more and where that begins; the caller writes both into the query
//! (Microsoft, "Page results using FetchXml"). Everything but the attributes of the root element
//! stays as it was written.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use quick_xml::{
    Reader,
    escape::{escape, unescape},
    events::{BytesStart, Event},
};

/// A query, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchXml<'a> {
    before: &'a str,
    root: Vec<Attribute>,
    empty: bool,
    after: &'a str,
    /// Logical name of the table that is asked.
    table: Option<String>,
}

/// An attribute of the root element, escaped as it stands between double quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attribute {
    name: String,
    escaped: String,
}

/// The text is no FetchXML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not FetchXML: {0}")]
pub struct NotFetchXml(String);

impl NotFetchXml {
    fn at(position: u64, what: impl std::fmt::Display) -> Self {
        Self(format!("{what} (at character {position})"))
    }
}

const ROOT: &str = "fetch";

impl<'a> FetchXml<'a> {
    /// Reads a query to its end, so that what is cut or crossed is told before it is sent.
    ///
    /// # Errors
    /// [`NotFetchXml`] with the place at which it stops being XML, or what is missing.
    pub fn parse(text: &'a str) -> Result<Self, NotFetchXml> {
        let text = text.trim();
        let mut reader = Reader::from_str(text);
        let mut depth = 0_usize;
        let mut found: Option<Self> = None;
        loop {
            let from = reader.buffer_position();
            let event = reader
                .read_event()
                .map_err(|error| NotFetchXml::at(reader.error_position(), error))?;
            let to = reader.buffer_position();
            let (start, empty) = match &event {
                Event::Start(start) => (start, false),
                Event::Empty(start) => (start, true),
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                Event::DocType(_) => {
                    return Err(NotFetchXml::at(from, "a document type is not allowed"));
                }
                Event::Eof => break,
                _ => continue,
            };
            let name = name_of(start);
            match (&mut found, depth) {
                (None, _) if name == ROOT => {
                    found = Some(Self {
                        before: text.get(..index(from)).unwrap_or_default(),
                        root: attributes(start, from)?,
                        empty,
                        after: text.get(index(to)..).unwrap_or_default(),
                        table: None,
                    });
                }
                (None, _) => {
                    return Err(NotFetchXml::at(
                        from,
                        format!("it begins with <{name}> and not with <fetch>"),
                    ));
                }
                (Some(query), 1) if name == "entity" && query.table.is_none() => {
                    query.table = attributes(start, from)?
                        .into_iter()
                        .find(|one| one.name == "name")
                        .and_then(|one| unescape(&one.escaped).map(Cow::into_owned).ok());
                }
                _ => {}
            }
            if !empty {
                depth += 1;
            }
        }
        match found {
            Some(query) if depth == 0 => Ok(query),
            Some(_) => Err(NotFetchXml("it ends before its elements are closed".into())),
            None => Err(NotFetchXml(
                "it has no element; a query begins with <fetch>".into(),
            )),
        }
    }

    /// Logical name of the table that is asked, where the query says one.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// The query's own bound on its whole result; such a result has no pages.
    #[must_use]
    pub fn top(&self) -> Option<u64> {
        self.number("top")
    }

    /// Which page is asked for, from one.
    #[must_use]
    pub fn page(&self) -> u64 {
        self.number("page").unwrap_or(1).max(1)
    }

    /// The attributes by which the query asks for a page, none of which stands beside `top`.
    pub fn paging(&self) -> impl Iterator<Item = &str> {
        let names = self.root.iter().map(|one| one.name.as_str());
        names.filter(|name| {
            matches!(
                *name,
                "count" | "page" | "paging-cookie" | "returntotalrecordcount"
            )
        })
    }

    /// The same query at another page, by its number alone.
    #[must_use]
    pub fn at_page(mut self, page: u64) -> Self {
        self.root.retain(|one| one.name != "paging-cookie");
        self.set("page", &page.to_string());
        self
    }

    /// The same query at another page, with the cookie that the service gave for it.
    #[must_use]
    pub fn at_cookie(self, page: u64, cookie: &str) -> Self {
        let mut query = self.at_page(page);
        query.set("paging-cookie", cookie);
        query
    }

    /// The cookie of the page that is asked for.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        let found = self.root.iter().find(|one| one.name == "paging-cookie")?;
        unescape(&found.escaped).ok().map(Cow::into_owned)
    }

    /// The same query with pages of `rows` rows. One that bounds its whole result has no pages.
    #[must_use]
    pub fn with_page_size(mut self, rows: u32) -> Self {
        if self.top().is_none() {
            self.set("count", &rows.to_string());
        }
        self
    }

    /// The same query for at most `rows` rows at once.
    #[must_use]
    pub fn with_most(mut self, rows: u32) -> Self {
        let bound = if self.top().is_some() { "top" } else { "count" };
        let own = self.number(bound).unwrap_or(u64::MAX);
        self.set(bound, &own.min(u64::from(rows)).to_string());
        self
    }

    /// The same query for the page after this one. Without a cookie, as where a query sorts by
    /// another table's column or asks for distinct rows, the number of the page is all there is.
    #[must_use]
    pub fn next(mut self, cookie: Option<&str>) -> Self {
        let next = self.page().saturating_add(1);
        self.set("page", &next.to_string());
        match cookie {
            Some(cookie) => self.set("paging-cookie", cookie),
            None => self.root.retain(|one| one.name != "paging-cookie"),
        }
        self
    }

    /// The query as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.before.to_owned();
        text.push('<');
        text.push_str(ROOT);
        for Attribute { name, escaped } in &self.root {
            text.extend([" ", name, "=\"", escaped, "\""]);
        }
        text.push_str(if self.empty { "/>" } else { ">" });
        text.push_str(self.after);
        text
    }

    fn number(&self, name: &str) -> Option<u64> {
        let found = self.root.iter().find(|one| one.name == name)?;
        unescape(&found.escaped).ok()?.trim().parse().ok()
    }

    fn set(&mut self, name: &str, value: &str) {
        self.root.retain(|one| one.name != name);
        self.root.push(Attribute {
            name: name.to_owned(),
            escaped: escape(value).into_owned(),
        });
    }
}

/// The cookie that the service's annotation `fetchxmlpagingcookie` holds: an element whose
/// attribute is percent-encoded twice.
#[must_use]
pub fn cookie(annotation: &str) -> Option<String> {
    let mut reader = Reader::from_str(annotation);
    let start = loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => break start,
            Event::Eof => return None,
            _ => {}
        }
    };
    let found = attributes(&start, 0)
        .ok()?
        .into_iter()
        .find(|one| one.name == "pagingcookie")?;
    let twice = unescape(&found.escaped).ok()?;
    let once = percent_decode_str(&twice).decode_utf8().ok()?;
    let inner = percent_decode_str(&once).decode_utf8().ok()?;
    Some(inner.into_owned()).filter(|inner| !inner.is_empty())
}

fn name_of(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.name().as_ref()).into_owned()
}

fn attributes(start: &BytesStart<'_>, position: u64) -> Result<Vec<Attribute>, NotFetchXml> {
    start
        .attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|error| NotFetchXml::at(position, error))?;
            Ok(Attribute {
                name: String::from_utf8_lossy(attribute.key.as_ref()).into_owned(),
                // It may have stood between single quotes.
                escaped: String::from_utf8_lossy(&attribute.value).replace('"', "&quot;"),
            })
        })
        .collect()
}

fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "<entity name=\"lead\"><attribute name=\"subject\"/></entity></fetch>";

    #[test]
    fn only_the_root_changes_from_page_to_page() {
        let cookie = "<cookie page=\"1\"><leadid last=\"{A&B}\" /></cookie>";
        let escaped = "&lt;cookie page=&quot;1&quot;&gt;&lt;leadid last=&quot;{A&amp;B}&quot; /&gt;&lt;/cookie&gt;";
        let table = [
            (
                format!("<fetch>{QUERY}"),
                Some(cookie),
                format!("<fetch page=\"2\" paging-cookie=\"{escaped}\">{QUERY}"),
            ),
            (
                format!(
                    "<?xml version=\"1.0\"?>\n<fetch count='50' page='3' paging-cookie='x'>{QUERY}"
                ),
                Some(cookie),
                format!(
                    "<?xml version=\"1.0\"?>\n<fetch count=\"50\" page=\"4\" paging-cookie=\"{escaped}\">{QUERY}"
                ),
            ),
            (
                format!("<fetch distinct='true' note='say \"x\"' paging-cookie='old'>{QUERY}"),
                None,
                format!("<fetch distinct=\"true\" note=\"say &quot;x&quot;\" page=\"2\">{QUERY}"),
            ),
        ];
        for (query, cookie, expected) in table {
            let read = FetchXml::parse(&query).unwrap();
            assert_eq!(read.table(), Some("lead"), "{query}");
            assert_eq!(read.next(cookie).to_text(), expected);
        }
    }

    #[test]
    fn the_size_of_a_page_goes_into_the_query() {
        let table = [
            ("<fetch>", "count=\"7\"", "count=\"7\""),
            ("<fetch count='50'>", "count=\"7\"", "count=\"7\""),
            ("<fetch count='5'>", "count=\"7\"", "count=\"5\""),
            ("<fetch top='5'>", "top=\"5\"", "top=\"5\""),
            ("<fetch top='50'>", "top=\"50\"", "top=\"7\""),
        ];
        for (root, size, most) in table {
            let query = format!("{root}{QUERY}");
            let read = FetchXml::parse(&query).unwrap();
            let text = |read: FetchXml<'_>| read.to_text();
            let expected = |bound: &str| format!("<fetch {bound}>{QUERY}");
            assert_eq!(
                text(read.clone().with_page_size(7)),
                expected(size),
                "{root}"
            );
            assert_eq!(text(read.with_most(7)), expected(most), "{root}");
        }
    }

    #[test]
    fn what_is_no_query_says_where_it_stops_being_one() {
        let table = [
            ("", "it has no element"),
            ("lead", "it has no element"),
            (
                "<entity name='lead'/>",
                "begins with <entity> and not with <fetch>",
            ),
            (
                "<fetch><entity name='lead'>",
                "before its elements are closed",
            ),
            ("<fetch><entity name='lead'></fetch>", "at character"),
            ("<fetch top=5><entity/></fetch>", "at character 0"),
            (
                "<!DOCTYPE fetch [<!ENTITY x 'y'>]><fetch/>",
                "a document type is not allowed",
            ),
        ];
        for (text, expected) in table {
            let error = FetchXml::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_cookie_is_decoded_twice() {
        // Microsoft's own example, shortened.
        let annotation = "<cookie pagenumber=\"2\" pagingcookie=\"%253ccookie%2520page%253d%25221%2522%253e%253caccountid%2520last%253d%2522%257bA%257d%2522%252f%253e%253c%252fcookie%253e\" istracking=\"False\" />";
        assert_eq!(
            cookie(annotation).as_deref(),
            Some("<cookie page=\"1\"><accountid last=\"{A}\"/></cookie>")
        );
        for none in [
            "",
            "x",
            "<cookie pagenumber=\"2\"/>",
            "<cookie pagingcookie=\"\"/>",
        ] {
            assert_eq!(cookie(none), None, "{none}");
        }
    }
}
