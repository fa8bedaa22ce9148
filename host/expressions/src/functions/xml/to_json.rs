//! XML as JSON: attributes with `@`, text as `#text`, elements of one name as a list. Part of [`super`].

use serde_json::{Map, Value};
use uppsala::{Document, Element, NodeId, NodeKind};

use super::parse;
use crate::fault::Raised;

/// An XML document as an object.
pub(crate) fn to_json(text: &str) -> Raised<Value> {
    let document = parse(text)?;
    let mut whole = Map::new();
    if let Some(declaration) = &document.xml_declaration {
        let mut members = Map::new();
        members.insert("@version".to_owned(), declaration.version.as_ref().into());
        if let Some(encoding) = &declaration.encoding {
            members.insert("@encoding".to_owned(), encoding.as_ref().into());
        }
        if let Some(standalone) = declaration.standalone {
            members.insert(
                "@standalone".to_owned(),
                if standalone { "yes" } else { "no" }.into(),
            );
        }
        whole.insert("?xml".to_owned(), members.into());
    }
    for child in document.children(document.root()) {
        if let Some(NodeKind::Element(element)) = document.node_kind(child) {
            whole.insert(
                element.name.prefixed_name().into_owned(),
                value(&document, child, element),
            );
        }
    }
    Ok(Value::Object(whole))
}

fn value(document: &Document<'_>, node: NodeId, element: &Element<'_>) -> Value {
    let mut members = Map::new();
    for (prefix, uri) in &element.namespace_declarations {
        let name = if prefix.is_empty() {
            "@xmlns".to_owned()
        } else {
            format!("@xmlns:{prefix}")
        };
        members.insert(name, uri.as_ref().into());
    }
    for attribute in &element.attributes {
        members.insert(
            format!("@{}", attribute.name.prefixed_name()),
            attribute.value.as_ref().into(),
        );
    }
    let children = document.children(node);
    for child in &children {
        match document.node_kind(*child) {
            Some(NodeKind::Element(inner)) => {
                add(
                    &mut members,
                    inner.name.prefixed_name().into_owned(),
                    value(document, *child, inner),
                );
            }
            // Blanks between elements are how people indent them.
            Some(NodeKind::Text(text)) if text.trim().is_empty() => {}
            Some(NodeKind::Text(text)) => {
                add(&mut members, "#text".to_owned(), text.as_ref().into())
            }
            Some(NodeKind::CData(text)) => add(
                &mut members,
                "#cdata-section".to_owned(),
                text.as_ref().into(),
            ),
            _ => {}
        }
    }
    match members.len() {
        0 if children.is_empty() => Value::Null,
        0 => document.text_content_deep(node).into(),
        1 => match members.get_mut("#text") {
            Some(text) if text.is_string() => text.take(),
            _ => members.into(),
        },
        _ => members.into(),
    }
}

/// A second member of a name makes a list of them.
fn add(members: &mut Map<String, Value>, name: String, value: Value) {
    match members.get_mut(&name) {
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
        None => {
            members.insert(name, value);
        }
    }
}
