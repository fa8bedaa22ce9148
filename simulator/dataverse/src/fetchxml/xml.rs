//! The XML of a query as a tree, bounded: no document types, no entities of its own, no endless nesting.
//!
//! Layer: fetchxml, pure. The text itself is bounded by the length of a URL or a saved query.

use quick_xml::{Reader, events::BytesStart, events::Event};

use crate::http::SimError;

use super::errors;

/// How deep elements may nest: links in filters in links, several times over. Everything after recurses over the tree.
const MAX_DEPTH: usize = 64;

/// Most elements of one query; with the shortest names more would not fit into the longest URL anyway.
const MAX_ELEMENTS: usize = 10_000;

/// One element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes in order, unescaped.
    pub attributes: Vec<(String, String)>,
    /// The text directly inside, unescaped.
    pub text: String,
    /// The elements directly inside.
    pub children: Vec<Element>,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads a document with one root element.
///
/// # Errors
/// 400 `0x80040201` for what is no such document.
pub fn read(text: &str) -> Result<Element, SimError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(errors::invalid_xml)?;
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS {
                    return Err(errors::invalid_xml("The query is too deep or too long."));
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > MAX_ELEMENTS {
                    return Err(errors::invalid_xml("The query is too long."));
                }
                close(element(&start)?, &mut open, &mut root)?;
            }
            Event::End(_) => match open.pop() {
                Some(element) => close(element, &mut open, &mut root)?,
                None => return Err(errors::invalid_xml("An element ends that never began.")),
            },
            Event::Text(content) => {
                let content = content.decode().map_err(errors::invalid_xml)?;
                match open.last_mut() {
                    Some(element) => element.text.push_str(&content),
                    None if content.trim().is_empty() => {}
                    None => return Err(errors::invalid_xml("Text outside the root element.")),
                }
            }
            Event::CData(content) => {
                let content = content.decode().map_err(errors::invalid_xml)?;
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&content);
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(errors::invalid_xml)?;
                let content = quick_xml::escape::unescape(&format!("&{name};"))
                    .map_err(errors::invalid_xml)?
                    .into_owned();
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&content);
                }
            }
            Event::DocType(_) => {
                return Err(errors::invalid_xml(
                    "For security reasons DTD is prohibited in this XML document.",
                ));
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    match (root, open.is_empty()) {
        (Some(root), true) => Ok(root),
        (None, true) => Err(errors::invalid_xml("Root element is missing.")),
        (_, false) => Err(errors::invalid_xml("Unexpected end of file has occurred.")),
    }
}

fn close(
    element: Element,
    open: &mut [Element],
    root: &mut Option<Element>,
) -> Result<(), SimError> {
    match (open.last_mut(), &root) {
        (Some(parent), _) => parent.children.push(element),
        (None, None) => *root = Some(element),
        (None, Some(_)) => return Err(errors::invalid_xml("There are multiple root elements.")),
    }
    Ok(())
}

fn element(start: &BytesStart<'_>) -> Result<Element, SimError> {
    let name = text(start.name().as_ref())?;
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(errors::invalid_xml)?;
        let raw = text(&attribute.value)?;
        let value = quick_xml::escape::unescape(&raw).map_err(errors::invalid_xml)?;
        attributes.push((text(attribute.key.as_ref())?, value.into_owned()));
    }
    Ok(Element {
        name,
        attributes,
        ..Element::default()
    })
}

fn text(bytes: &[u8]) -> Result<String, SimError> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(errors::invalid_xml)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_a_tree() {
        let root = read("<?xml version='1.0'?><a b='&lt;1&gt;'><c>x &amp; y</c><d/></a>").unwrap();
        assert_eq!(root.attribute("b"), Some("<1>"));
        assert_eq!(root.children[0].text, "x & y");
        assert_eq!(root.children[1].name, "d");
    }

    #[test]
    fn what_is_no_bounded_document_is_refused() {
        for text in [
            "".to_owned(),
            "abc".to_owned(),
            "<a>".to_owned(),
            "<a></b>".to_owned(),
            "<a/><b/>".to_owned(),
            "</a>".to_owned(),
            "<a b='1' b='2'/>".to_owned(),
            "<a>&unknown;</a>".to_owned(),
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>".to_owned(),
            format!("{}{}", "<a>".repeat(1_000), "</a>".repeat(1_000)),
            format!("<a>{}</a>", "<b/>".repeat(20_000)),
        ] {
            let refusal = read(&text).unwrap_err();
            assert_eq!(refusal.code, "0x80040201", "{text:.40}");
            assert!(refusal.message.starts_with("Invalid XML."));
        }
    }
}
