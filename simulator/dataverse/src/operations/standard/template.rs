//! Texts of email templates, which the service keeps as small XSL stylesheets.
//!
//! Layer: operations, pure. Of XSL only what the template editor writes is understood: text, `xsl:value-of`, and
//! `xsl:choose` with `xsl:when` and `xsl:otherwise` on whether a column has a value. Any other text stands for itself, but
//! for the editor's own `{!account:name;nobody}`.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may nest.
const MAX_DEPTH: usize = 64;

/// A text with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

/// Table and column.
type Hole = (String, String);
/// The column that has to have a value, if any, and what stands then.
type Way = (Option<Hole>, Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Hole),
    /// The value of a column decides; what stands for it, and what stands without it.
    Choice(Vec<Way>),
}

/// An element that is open.
enum Open {
    /// Passes its parts on.
    Plain(Vec<Part>),
    When(Option<Hole>, Vec<Part>),
    Choose(Vec<Way>),
}

impl Template {
    /// Understands a text. What is no stylesheet is a text with slugs.
    pub(super) fn read(text: &str) -> Self {
        if text.contains("<xsl:stylesheet")
            && let Some(parts) = stylesheet(text)
        {
            return Self(parts);
        }
        Self(slugs(text))
    }

    /// Fills the holes with the values of table and column.
    pub(super) fn fill(&self, value: &dyn Fn(&str, &str) -> Option<String>) -> String {
        let mut text = String::new();
        fill(&self.0, value, &mut text);
        text
    }
}

/// Parts nest no deeper than the elements that they were read from.
fn fill(parts: &[Part], value: &dyn Fn(&str, &str) -> Option<String>, out: &mut String) {
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Value((table, column)) => out.push_str(&value(table, column).unwrap_or_default()),
            Part::Choice(ways) => {
                let meant = ways.iter().find(|(test, _)| {
                    test.as_ref()
                        .is_none_or(|(table, column)| value(table, column).is_some())
                });
                if let Some((_, parts)) = meant {
                    fill(parts, value, out);
                }
            }
        }
    }
}

fn stylesheet(text: &str) -> Option<Vec<Part>> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = vec![Open::Plain(Vec::new())];
    // White space between elements is layout; what is meant stands in CDATA.
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return None;
                }
                open.push(match start.name().as_ref() {
                    b"xsl:choose" => Open::Choose(Vec::new()),
                    b"xsl:when" => Open::When(path(&start, "test"), Vec::new()),
                    b"xsl:otherwise" => Open::When(None, Vec::new()),
                    b"xsl:value-of" => Open::Plain(value_of(&start)),
                    _ => Open::Plain(Vec::new()),
                });
            }
            Event::Empty(start) if start.name().as_ref() == b"xsl:value-of" => {
                push(&mut open, value_of(&start));
            }
            Event::CData(data) => {
                let text = data.decode().ok()?.into_owned();
                push(&mut open, vec![Part::Text(text)]);
            }
            Event::Text(data) => {
                let text = data.decode().ok()?;
                if !text.trim().is_empty() {
                    push(&mut open, vec![Part::Text(text.into_owned())]);
                }
            }
            Event::End(_) => {
                let closed = open.pop()?;
                match (closed, open.last_mut()?) {
                    (Open::When(test, parts), Open::Choose(ways)) => ways.push((test, parts)),
                    (Open::Plain(parts) | Open::When(_, parts), _) => push(&mut open, parts),
                    (Open::Choose(ways), _) => push(&mut open, vec![Part::Choice(ways)]),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match open.pop()? {
        Open::Plain(parts) if open.is_empty() => Some(parts),
        _ => None,
    }
}

fn push(open: &mut [Open], more: Vec<Part>) {
    match open.last_mut() {
        Some(Open::Plain(parts) | Open::When(_, parts)) => parts.extend(more),
        // Text directly inside a choice belongs to none of its ways.
        Some(Open::Choose(_)) | None => {}
    }
}

fn value_of(start: &BytesStart<'_>) -> Vec<Part> {
    path(start, "select").map(Part::Value).into_iter().collect()
}

/// `contact/fullname`, also as `contact/fullname/@name`.
fn path(start: &BytesStart<'_>, attribute: &str) -> Option<Hole> {
    let value = start.try_get_attribute(attribute).ok()??;
    let value = value.unescape_value().ok()?.into_owned();
    let mut steps = value.split('/').filter(|step| !step.is_empty());
    Some((
        steps.next()?.trim().to_owned(),
        steps.next()?.trim().to_owned(),
    ))
}

fn slugs(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{!") {
        let Some((slug, behind)) = after.split_once('}') else {
            break;
        };
        let (path, default) = slug.split_once(';').unwrap_or((slug, ""));
        let Some((table, column)) = path.split_once(':') else {
            parts.push(Part::Text(format!("{before}{{!{slug}}}")));
            rest = behind;
            continue;
        };
        let hole = (table.trim().to_owned(), column.trim().to_owned());
        parts.push(Part::Text(before.to_owned()));
        parts.push(Part::Choice(vec![
            (Some(hole.clone()), vec![Part::Value(hole)]),
            (
                None,
                vec![Part::Text(default.trim_end_matches(';').to_owned())],
            ),
        ]));
        rest = behind;
    }
    parts.push(Part::Text(rest.to_owned()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        Template::read(text).fill(&|table, column| match (table, column) {
            ("contact", "firstname") => Some("Ada".to_owned()),
            ("contact", "fullname") => Some("Ada <Park>".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn a_stylesheet_is_filled_as_the_editor_means_it() {
        let text = r#"<?xml version="1.0" ?><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">
            <xsl:output method="text" indent="no"/><xsl:template match="/data"><![CDATA[Dear ]]><xsl:choose>
            <xsl:when test="contact/firstname"><xsl:value-of select="contact/firstname" /></xsl:when>
            <xsl:otherwise>customer</xsl:otherwise></xsl:choose><![CDATA[, <b>]]><xsl:value-of select="contact/fullname/@name"/><xsl:choose>
            <xsl:when test="contact/jobtitle"><xsl:value-of select="contact/jobtitle"/></xsl:when>
            <xsl:otherwise>, of no title</xsl:otherwise></xsl:choose></xsl:template></xsl:stylesheet>"#;
        assert_eq!(filled(text), "Dear Ada, <b>Ada <Park>, of no title");
    }

    #[test]
    fn other_texts_stand_for_themselves_but_for_slugs() {
        assert_eq!(filled("Plain {text}"), "Plain {text}");
        assert_eq!(
            filled("Hi {!contact:firstname;you;}, {!contact:jobtitle;friend}! {!odd} {!open"),
            "Hi Ada, friend! {!odd} {!open"
        );
        assert_eq!(
            filled("<xsl:stylesheet><unclosed"),
            "<xsl:stylesheet><unclosed"
        );
        let deep = format!("<xsl:stylesheet>{}", "<a>".repeat(500));
        assert_eq!(filled(&deep), deep);
    }
}
