//! JSON as XML: `@` makes an attribute, `#text` text, a list elements of one name. Part of [`super`].

use std::fmt::Write;

use serde_json::{Map, Value};

use crate::fault::{Raise, Raised};

/// An object with one root as an XML document.
pub(super) fn from_json(members: &Map<String, Value>) -> Raised<String> {
    let mut text = String::new();
    let mut roots = 0;
    for (name, value) in members {
        if name == "?xml" {
            let version = value
                .get("@version")
                .and_then(Value::as_str)
                .unwrap_or("1.0");
            let encoding = value.get("@encoding").and_then(Value::as_str);
            let encoding = encoding
                .map(|encoding| format!(" encoding=\"{}\"", escaped(encoding)))
                .unwrap_or_default();
            text = format!("<?xml version=\"{}\"{encoding}?>", escaped(version)) + &text;
            continue;
        }
        roots += value.as_array().map_or(1, Vec::len);
        element(name, value, &mut text)?;
    }
    match roots {
        1 => Ok(text),
        0 => Err(Raise::value(
            "XML has one root, and the object has no property for it",
        )),
        _ => Err(Raise::value(format!(
            "XML has one root, and the object has {roots} properties; put them into one, such as {{\"root\": …}}"
        ))),
    }
}

fn element(name: &str, value: &Value, text: &mut String) -> Raised<()> {
    let tag = tag(name)?;
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| match item {
            // A list in a list is an element around its items.
            Value::Array(_) => element(
                name,
                &Value::Object(Map::from_iter([(name.to_owned(), item.clone())])),
                text,
            ),
            item => element(name, item, text),
        }),
        Value::Object(members) => {
            let _ = write!(text, "<{tag}");
            for (name, value) in members {
                if let Some(attribute) = name.strip_prefix('@') {
                    let _ = write!(
                        text,
                        " {}=\"{}\"",
                        self::tag(attribute)?,
                        escaped(&scalar(value)?)
                    );
                }
            }
            let is_empty = members.keys().all(|name| name.starts_with('@'));
            if is_empty {
                text.push_str(" />");
                return Ok(());
            }
            text.push('>');
            for (name, value) in members.iter().filter(|(name, _)| !name.starts_with('@')) {
                match name.as_str() {
                    "#text" => text.push_str(&escaped(&scalar(value)?)),
                    "#cdata-section" => {
                        let _ = write!(
                            text,
                            "<![CDATA[{}]]>",
                            scalar(value)?.replace("]]>", "]]]]><![CDATA[>")
                        );
                    }
                    _ => element(name, value, text)?,
                }
            }
            let _ = write!(text, "</{tag}>");
            Ok(())
        }
        Value::Null => {
            let _ = write!(text, "<{tag} />");
            Ok(())
        }
        value => {
            let _ = write!(text, "<{tag}>{}</{tag}>", escaped(&scalar(value)?));
            Ok(())
        }
    }
}

fn scalar(value: &Value) -> Raised<String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(Raise::value(
            "an attribute or a text of XML is no list and no object",
        )),
    }
}

/// A property's name as one of XML. What that does not allow becomes `_x0020_`.
fn tag(name: &str) -> Raised<String> {
    if name.is_empty() {
        return Err(Raise::value(
            "an element of XML needs a name, and the object has a property without one",
        ));
    }
    let is_start = |character: char| character.is_alphabetic() || character == '_';
    let mut tag = String::new();
    for (index, character) in name.chars().enumerate() {
        let fits = is_start(character)
            || (index > 0 && (character.is_alphanumeric() || matches!(character, '-' | '.' | ':')));
        match fits {
            true => tag.push(character),
            false => {
                let _ = write!(tag, "_x{:04X}_", u32::from(character));
            }
        }
    }
    Ok(tag)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
