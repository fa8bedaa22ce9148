//! The XML of a document as a tree whose elements know their line.
//!
//! Layer: schema import, pure. Bounded: no document types, no entities of its own, no endless nesting.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};

use super::ImportError;

/// How deep elements may nest: a record in a collection in an annotation of a property is the deepest that CSDL has use for.
const MAX_DEPTH: usize = 64;

/// Elements that say nothing about tables, values and operations.
const SKIPPED: &[&str] = &["Annotations", "Term"];

const ADVICE: &str =
    "Save the answer of GET {organisation}/api/data/v9.2/$metadata again, whole and unchanged.";

/// One element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Name without prefix.
    pub(super) name: String,
    /// Attributes, unescaped.
    pub(super) attributes: Vec<(String, String)>,
    /// The elements directly inside.
    pub(super) children: Vec<Element>,
    /// Text directly inside.
    pub(super) text: String,
    /// Where it begins.
    pub(super) line: usize,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of an attribute that has to be there.
    pub(super) fn needed(&self, name: &str) -> Result<&str, ImportError> {
        self.attribute(name).ok_or_else(|| {
            let message = format!("<{}> has no attribute {name}", self.name);
            ImportError::at(self.line, message, ADVICE)
        })
    }

    /// The elements of one name directly inside, for keeps.
    pub(super) fn into_all(self, name: &str) -> impl Iterator<Item = Element> {
        self.children
            .into_iter()
            .filter(move |child| child.name == name)
    }

    /// The elements of one name directly inside.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// The line after these bytes, from 1.
pub(super) fn line_of(before: &[u8]) -> usize {
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

/// Reads the root element.
pub(super) fn read(text: &str) -> Result<Element, ImportError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        let advice = "Ask for it with `Accept: application/xml`.";
        return Err(ImportError::at(1, "this is JSON, not XML", advice));
    }
    let mut tree = Tree {
        text,
        position: 0,
        line: 1,
        open: Vec::new(),
        root: None,
    };
    let mut reader = Reader::from_str(text);
    loop {
        tree.advance(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                tree.advance(usize::try_from(reader.error_position()).unwrap_or(usize::MAX));
                return Err(tree.wrong(format!("the XML is broken: {error}")));
            }
        };
        match event {
            Event::Start(start) if SKIPPED.contains(&local(&start)) => {
                let end = start.to_end().into_owned();
                if let Err(error) = reader.read_to_end(end.name()) {
                    return Err(tree.wrong(format!("the XML is broken: {error}")));
                }
            }
            Event::Empty(start) if SKIPPED.contains(&local(&start)) => {}
            Event::Start(start) => {
                let element = tree.element(&start)?;
                if tree.open.len() >= MAX_DEPTH {
                    return Err(tree.wrong("elements nest too deep"));
                }
                tree.open.push(element);
            }
            Event::Empty(start) => {
                let element = tree.element(&start)?;
                tree.close(element)?;
            }
            Event::End(_) => {
                if let Some(element) = tree.open.pop() {
                    tree.close(element)?;
                }
            }
            Event::Text(content) => {
                if let (Some(element), Ok(content)) = (tree.open.last_mut(), content.decode()) {
                    element.text.push_str(content.trim());
                }
            }
            Event::DocType(_) => return Err(tree.wrong("a document type is not allowed")),
            Event::Eof => break,
            _ => {}
        }
    }
    if !tree.open.is_empty() {
        return Err(tree.wrong("the document ends too early"));
    }
    let nothing = ImportError::at(tree.line, "the document has no element", ADVICE);
    tree.root.ok_or(nothing)
}

fn local<'a>(start: &'a BytesStart<'_>) -> &'a str {
    std::str::from_utf8(start.local_name().into_inner()).unwrap_or_default()
}

struct Tree<'a> {
    text: &'a str,
    position: usize,
    line: usize,
    open: Vec<Element>,
    root: Option<Element>,
}

impl Tree<'_> {
    fn advance(&mut self, position: usize) {
        let passed = self.text.as_bytes().get(self.position..position);
        self.line += line_of(passed.unwrap_or_default()) - 1;
        self.position = position.max(self.position);
    }

    fn wrong(&self, message: impl Into<String>) -> ImportError {
        ImportError::at(self.line, message, ADVICE)
    }

    fn element(&self, start: &BytesStart<'_>) -> Result<Element, ImportError> {
        let broken =
            |error: &dyn std::fmt::Display| self.wrong(format!("the XML is broken: {error}"));
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| broken(&error))?;
            let name =
                std::str::from_utf8(attribute.key.as_ref()).map_err(|error| broken(&error))?;
            let raw = std::str::from_utf8(&attribute.value).map_err(|error| broken(&error))?;
            let value = escape::unescape(raw).map_err(|error| broken(&error))?;
            attributes.push((name.to_owned(), value.into_owned()));
        }
        Ok(Element {
            name: local(start).to_owned(),
            attributes,
            line: self.line,
            ..Element::default()
        })
    }

    fn close(&mut self, element: Element) -> Result<(), ImportError> {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.is_none() => self.root = Some(element),
            None => return Err(self.wrong("there is a second root element")),
        }
        Ok(())
    }
}
