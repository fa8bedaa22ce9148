//! XML, and XPath over it. Part of [`super`].
//!
//! A document type is refused, so nothing is fetched and nothing expands; depth and visits of nodes are bounded.

mod from_json;
mod to_json;

use serde_json::Value;
use uppsala::{Document, NodeId, NodeKind, Parser, XPathEvaluator, XPathValue};

use super::Arguments;
use crate::environment::Datum;
use crate::fault::{Raise, Raised};
use crate::numbers::Number;
use crate::values::{self, envelope};

pub(super) use to_json::to_json;

const MEDIA_TYPE: &str = "application/xml;charset=utf-8";

/// How deep elements may lie inside each other, as lists and objects may.
const MAX_DEPTH: u32 = 100;

/// How many nodes one XPath expression may visit.
const MAX_VISITS: usize = 2_000_000;

fn parse(text: &str) -> Raised<Document<'_>> {
    Parser::new()
        .with_max_depth(MAX_DEPTH)
        .with_forbid_dtd(true)
        .parse(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Raise::value(format!("that is no XML: {error}")))
}

/// The text of the XML in an argument: text itself, or what an envelope holds.
fn source(arguments: &Arguments<'_, '_>) -> Raised<String> {
    match arguments.value(0) {
        Value::String(text) => Ok(text.clone()),
        value => match values::content(value) {
            Some(content) => String::from_utf8(content?.bytes)
                .map_err(|_| arguments.bad(0, "holds bytes that are no text")),
            None => Err(arguments.wrong(0, "XML")),
        },
    }
}

pub(super) fn xml<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let text = match arguments.value(0) {
        value @ Value::Object(members) if values::content(value).is_none() => {
            from_json::from_json(members).map_err(|raise| arguments.at(0, raise))?
        }
        Value::String(_) | Value::Object(_) => source(arguments)?,
        _ => return Err(arguments.wrong(0, "XML text or an object with one root")),
    };
    parse(&text).map_err(|raise| arguments.at(0, raise))?;
    Ok(envelope(MEDIA_TYPE, text.as_bytes()).into())
}

pub(super) fn xpath<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, path) = (source(arguments)?, arguments.text(1)?);
    let mut document = parse(&text).map_err(|raise| arguments.at(0, raise))?;
    document.prepare_xpath();
    let found = XPathEvaluator::new()
        .with_max_depth(MAX_DEPTH)
        .with_max_node_visits(MAX_VISITS)
        .evaluate(&document, document.root(), path)
        .map_err(|error| arguments.bad(1, format!("is no XPath that works here: {error}")))?;
    let value = match found {
        XPathValue::NodeSet(nodes) => {
            let mut items = Vec::with_capacity(nodes.len());
            let mut bytes = 0;
            for node in nodes {
                let item = item(&document, node);
                bytes += item.to_string().len();
                arguments.budget.foresee(bytes)?;
                items.push(item);
            }
            Value::Array(items)
        }
        XPathValue::Boolean(value) => value.into(),
        XPathValue::String(text) => text.into(),
        XPathValue::Number(number) => match Number::Float(number).json() {
            Some(number) => number,
            None => XPathValue::Number(number).to_string_value(&document).into(),
        },
    };
    Ok(value.into())
}

/// A node as it comes out: an element as bytes of XML, text and attributes as text.
fn item(document: &Document<'_>, node: NodeId) -> Value {
    match document.node_kind(node) {
        Some(NodeKind::Text(text) | NodeKind::CData(text) | NodeKind::Attribute(_, text)) => {
            text.as_ref().into()
        }
        Some(NodeKind::Element(_)) => envelope(MEDIA_TYPE, standalone(document, node).as_bytes()),
        _ => envelope(MEDIA_TYPE, document.node_to_xml(node).as_bytes()),
    }
}

/// An element's XML with the namespaces that its ancestors declare, so that it can be read alone.
fn standalone(document: &Document<'_>, node: NodeId) -> String {
    let mut alone = Document::new();
    let Some(copy) = alone.import_subtree(document, node) else {
        return document.node_to_xml(node);
    };
    let mut declared: Vec<String> = Vec::new();
    for element in std::iter::once(node).chain(document.ancestors(node)) {
        let declarations = document
            .element(element)
            .map(|element| element.namespace_declarations.clone());
        for (prefix, uri) in declarations.unwrap_or_default() {
            if !declared.contains(&prefix.to_string()) {
                declared.push(prefix.to_string());
                if element != node {
                    let prefix = Some(prefix.as_ref()).filter(|prefix| !prefix.is_empty());
                    alone.declare_namespace(copy, prefix, uri.into_owned());
                }
            }
        }
    }
    alone.node_to_xml(copy)
}
