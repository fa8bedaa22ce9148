//! `$skiptoken`: where a page ended, in the shape that the real service gives it.
//!
//! Layer: query, pure. The token keeps no state on the server: it names the sort values of the page's last row, and the
//! next page is what sorts after them (reference §3.6). Its inner cookie is an XML text percent-encoded within an XML
//! attribute that is percent-encoded within the URL.

use std::fmt::Write;

use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use quick_xml::{Reader, escape::escape, events::Event};
use rusqlite::types::Value;
use uuid::Uuid;

use crate::http::SimError;
use crate::rows::storage::{encoding::guid, layout::Encoding};

/// What the service encodes of the outer cookie; everything else stays readable.
const OUTER: &AsciiSet = &CONTROLS
    .add(b'<')
    .add(b'>')
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'&')
    .add(b'#')
    .add(b'+');

/// What .NET leaves alone when it encodes the inner cookie.
const INNER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'*')
    .remove(b'(')
    .remove(b')');

/// The place where a page ended, as a token tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Number of the page that follows, from 2.
    pub next_page: u32,
    /// Sort values of the last row by the name of the sort key, in sort order; `None` is null.
    pub last: Vec<(String, Option<String>)>,
}

/// One sort key with its values in the first and the last row of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Name of the sort key.
    pub name: String,
    /// Value in the last row.
    pub last: Value,
    /// Value in the first row, which only people read.
    pub first: Value,
}

/// Writes a token, percent-encoded for a URL.
pub fn encode(next_page: u32, marks: &[Mark]) -> String {
    let outer = outer(next_page, &inner(next_page, marks));
    utf8_percent_encode(&outer, OUTER).to_string()
}

/// Writes what FetchXML's paging annotation holds: the same cookie, its inner one encoded twice, the outer one not at all.
pub fn annotation(next_page: u32, marks: &[Mark]) -> String {
    outer(next_page, &inner(next_page, marks).replace('%', "%25"))
}

fn outer(next_page: u32, inner: &str) -> String {
    format!("<cookie pagenumber=\"{next_page}\" pagingcookie=\"{inner}\" istracking=\"False\" />")
}

/// The inner cookie, encoded once.
fn inner(next_page: u32, marks: &[Mark]) -> String {
    let mut inner = format!("<cookie page=\"{}\">", next_page.saturating_sub(1));
    for mark in marks {
        let _ = write!(inner, "<{}", mark.name);
        attribute(&mut inner, "last", &mark.last);
        attribute(&mut inner, "first", &mark.first);
        inner.push_str(" />");
    }
    inner.push_str("</cookie>");
    lower_case_escapes(&utf8_percent_encode(&inner, INNER).to_string())
}

/// The refusal of a token that is none of ours.
pub fn malformed() -> SimError {
    SimError::new(
        http::StatusCode::BAD_REQUEST,
        "0x8004112a",
        "The paging cookie in $skiptoken is malformed.",
    )
}

/// Reads a token that the query string's decoding has already unwrapped once.
///
/// # Errors
/// 400 `0x8004112a` when it is none of ours.
pub fn decode(token: &str) -> Result<Place, SimError> {
    read(token).ok_or_else(malformed)
}

/// The SQL value of a sort key as a token tells it. `None` when it is no value of this encoding.
pub fn value(encoding: Encoding, text: Option<&str>) -> Option<Value> {
    let Some(text) = text else {
        return Some(Value::Null);
    };
    Some(match encoding {
        Encoding::Text => Value::Text(text.to_owned()),
        Encoding::Double => Value::Real(text.parse().ok()?),
        // A decimal too wide for a number travels as the sixteen bytes that it is.
        Encoding::Guid | Encoding::Reference { .. } | Encoding::Wide(_) => {
            guid(Uuid::try_parse(text.strip_prefix('{')?.strip_suffix('}')?).ok()?)
        }
        _ => Value::Integer(text.parse().ok()?),
    })
}

fn read(token: &str) -> Option<Place> {
    let outer = elements(token)?;
    let (_, attributes) = outer.first()?;
    let next_page = find(attributes, "pagenumber")?.parse().ok()?;
    let inner = percent_decode_str(find(attributes, "pagingcookie")?)
        .decode_utf8()
        .ok()?;
    let last = read_inner(&inner)?.last;
    Some(Place { next_page, last })
}

/// Reads the value of FetchXML's `paging-cookie`: the inner cookie. Clients that decoded it less than twice are forgiven,
/// and so are those that send the whole annotation back. `None` for anything else.
pub fn decode_inner(text: &str) -> Option<Place> {
    let mut text = std::borrow::Cow::Borrowed(text);
    for _ in 0..2 {
        if text.starts_with('%') {
            let decoded = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
            text = decoded.into();
        }
    }
    match text.contains("pagingcookie=") {
        true => {
            let outer = elements(&text)?;
            let (_, attributes) = outer.first()?;
            let inner = find(attributes, "pagingcookie").filter(|inner| inner.starts_with('%'))?;
            decode_inner(inner)
        }
        false => read_inner(&text),
    }
}

fn read_inner(inner: &str) -> Option<Place> {
    let mut parts = elements(inner)?.into_iter();
    let (_, cookie) = parts.next()?;
    let page: u32 = find(&cookie, "page")?.parse().ok()?;
    let last = parts.map(|(name, attributes)| (name, find(&attributes, "last").map(str::to_owned)));
    Some(Place {
        next_page: page.saturating_add(1),
        last: last.collect(),
    })
}

fn attribute(out: &mut String, name: &str, value: &Value) {
    let _ = match value {
        Value::Null => write!(out, " {name}null=\"1\""),
        Value::Integer(number) => write!(out, " {name}=\"{number}\""),
        Value::Real(number) => write!(out, " {name}=\"{number:?}\""),
        Value::Text(text) => write!(out, " {name}=\"{}\"", escape(text.as_str())),
        Value::Blob(bytes) => {
            let id = Uuid::from_slice(bytes).unwrap_or_default();
            write!(
                out,
                " {name}=\"{{{}}}\"",
                id.hyphenated().to_string().to_ascii_uppercase()
            )
        }
    };
}

type Element = (String, Vec<(String, String)>);

fn elements(xml: &str) -> Option<Vec<Element>> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                let name = String::from_utf8(element.name().as_ref().to_vec()).ok()?;
                let mut attributes = Vec::new();
                for attribute in element.attributes() {
                    let attribute = attribute.ok()?;
                    let key = String::from_utf8(attribute.key.as_ref().to_vec()).ok()?;
                    let value = std::str::from_utf8(&attribute.value).ok()?;
                    attributes.push((key, quick_xml::escape::unescape(value).ok()?.into_owned()));
                }
                found.push((name, attributes));
            }
            Event::Eof => return Some(found),
            _ => {}
        }
    }
}

fn find<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// The service writes the escapes of the inner cookie with small letters.
fn lower_case_escapes(text: &str) -> String {
    let mut remaining = 0;
    text.chars()
        .map(|character| match (character, remaining) {
            ('%', _) => {
                remaining = 2;
                character
            }
            (_, 0) => character,
            _ => {
                remaining -= 1;
                character.to_ascii_lowercase()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::options::decode as unwrap_url;

    fn mark(name: &str, last: Value) -> Mark {
        Mark {
            name: name.to_owned(),
            first: last.clone(),
            last,
        }
    }

    #[test]
    fn a_token_looks_like_the_services_own() {
        let marks = [Mark {
            name: "accountid".to_owned(),
            last: guid(Uuid::from_u128(0xaaa19cdd_88df_e311_b8e5_6c3be5a8b200)),
            first: guid(Uuid::from_u128(0x475b158c_541c_e511_80d3_3863bb347ba8)),
        }];
        assert_eq!(
            encode(2, &marks),
            "%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie%2520page%253d%25221%2522%253e%253caccountid\
             %2520last%253d%2522%257bAAA19CDD-88DF-E311-B8E5-6C3BE5A8B200%257d%2522%2520first%253d%2522%257b475B158C-\
             541C-E511-80D3-3863BB347BA8%257d%2522%2520%252f%253e%253c%252fcookie%253e%22%20istracking=%22False%22%20/%3E"
        );
    }

    #[test]
    fn every_value_survives_the_round_trip() {
        let values = [
            (
                Encoding::Text,
                Value::Text("A & \"B\" <100%> 'é' +#".to_owned()),
            ),
            (Encoding::Text, Value::Null),
            (Encoding::Text, Value::Text(String::new())),
            (Encoding::Scaled(4), Value::Integer(-5)),
            (Encoding::Double, Value::Real(0.1)),
            (Encoding::Guid, Value::Blob(vec![7; 16])),
        ];
        let marks: Vec<_> = values
            .iter()
            .map(|(_, value)| mark("name", value.clone()))
            .collect();
        let place = decode(&unwrap_url(&encode(7, &marks))).unwrap();
        assert_eq!(place.next_page, 7);
        for ((encoding, expected), (_, text)) in values.iter().zip(&place.last) {
            assert_eq!(value(*encoding, text.as_deref()).as_ref(), Some(expected));
        }
    }

    #[test]
    fn the_annotation_of_a_page_leads_to_the_next_one_however_far_it_is_decoded() {
        let id = Value::Blob(vec![7; 16]);
        let annotation = annotation(
            2,
            &[
                mark("name", Value::Text("A&B".to_owned())),
                mark("accountid", id),
            ],
        );
        assert!(annotation.starts_with(
            "<cookie pagenumber=\"2\" pagingcookie=\"%253ccookie%2520page%253d%25221%2522"
        ));
        let twice = find(&elements(&annotation).unwrap()[0].1, "pagingcookie")
            .unwrap()
            .to_owned();
        let once = percent_decode_str(&twice)
            .decode_utf8()
            .unwrap()
            .into_owned();
        let plain = percent_decode_str(&once)
            .decode_utf8()
            .unwrap()
            .into_owned();
        for text in [annotation, twice, once, plain] {
            let place = decode_inner(&text).unwrap();
            assert_eq!((place.next_page, place.last.len()), (2, 2), "{text}");
            assert_eq!(place.last[0].1.as_deref(), Some("A&B"));
        }
        assert_eq!(decode_inner("<cookie/>"), None);
        assert_eq!(decode_inner("%25%25pagingcookie="), None);
    }

    #[test]
    fn a_token_that_is_none_is_refused() {
        for token in [
            "",
            "abc",
            "<cookie/>",
            "<cookie pagenumber=\"2\" pagingcookie=\"%3c\" />",
            "<cookie pagenumber=\"x\"",
        ] {
            assert_eq!(decode(token).unwrap_err().code, "0x8004112a", "{token}");
        }
        assert_eq!(value(Encoding::Guid, Some("{nonsense}")), None);
    }
}
