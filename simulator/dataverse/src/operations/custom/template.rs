//! Values with holes: `"Escalated: {Reason}"`.
//!
//! Layer: operations, pure. A text that is one hole and nothing else becomes the value itself, with its type; holes inside a
//! longer text become text. `{{` and `}}` stand for braces.

use serde_json::{Map, Value};

use super::path::Path;
use super::scope::Scope;

/// How deep a value may nest.
const MAX_DEPTH: usize = 16;

/// A value with holes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Template {
    Constant(Value),
    Whole(Path),
    Text(Vec<Piece>),
    List(Vec<Template>),
    Object(Vec<(String, Template)>),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    Hole(Path),
}

impl Template {
    /// Reads a value of a file.
    pub(super) fn of(value: &toml::Value) -> Result<Self, String> {
        Self::nested(value, 0)
    }

    /// Reads the columns of a row.
    pub(super) fn of_table(values: &toml::Table) -> Result<Self, String> {
        Self::members(values, 0)
    }

    /// Reads a text.
    pub(super) fn text(text: &str) -> Result<Self, String> {
        let mut pieces = pieces(text)?;
        if let [Piece::Hole(path)] = pieces.as_slice() {
            return Ok(Self::Whole(path.clone()));
        }
        let is_constant = pieces
            .iter()
            .all(|piece| matches!(piece, Piece::Literal(_)));
        if !is_constant {
            return Ok(Self::Text(pieces));
        }
        let text = match pieces.pop() {
            Some(Piece::Literal(text)) => text,
            _ => String::new(),
        };
        Ok(Self::Constant(Value::String(text)))
    }

    fn nested(value: &toml::Value, depth: usize) -> Result<Self, String> {
        if depth > MAX_DEPTH {
            return Err("a value nests too deeply".to_owned());
        }
        Ok(match value {
            toml::Value::String(text) => Self::text(text)?,
            toml::Value::Integer(number) => Self::Constant((*number).into()),
            toml::Value::Float(number) => Self::Constant((*number).into()),
            toml::Value::Boolean(value) => Self::Constant((*value).into()),
            toml::Value::Datetime(moment) => Self::Constant(moment.to_string().into()),
            toml::Value::Array(items) => {
                let items = items.iter().map(|item| Self::nested(item, depth + 1));
                Self::List(items.collect::<Result<_, _>>()?)
            }
            toml::Value::Table(values) => Self::members(values, depth + 1)?,
        })
    }

    fn members(values: &toml::Table, depth: usize) -> Result<Self, String> {
        let members = values.iter().map(|(name, value)| {
            let value = Self::nested(value, depth + 1)?;
            Ok((name.clone(), value))
        });
        Ok(Self::Object(members.collect::<Result<_, String>>()?))
    }

    /// Fills the holes. `None` for a hole that nothing fills, which leaves out the member it stands for.
    pub(super) fn fill(&self, scope: &Scope) -> Option<Value> {
        match self {
            Self::Constant(value) => Some(value.clone()),
            Self::Whole(path) => scope.find(path).cloned(),
            Self::Text(pieces) => Some(Value::String(join(pieces, scope, |text| text))),
            Self::List(items) => Some(items.iter().filter_map(|item| item.fill(scope)).collect()),
            Self::Object(members) => {
                let filled = members
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), value.fill(scope)?)));
                Some(Value::Object(filled.collect::<Map<_, _>>()))
            }
        }
    }

    /// The text with its holes filled, each as `escape` makes it fit; empty where nothing fills one.
    pub(super) fn fill_text(&self, scope: &Scope, escape: fn(String) -> String) -> String {
        match self {
            Self::Text(pieces) => join(pieces, scope, escape),
            Self::Whole(path) => scope
                .find(path)
                .map(text_of)
                .map_or_else(String::new, escape),
            Self::Constant(value) => text_of(value),
            Self::List(_) | Self::Object(_) => String::new(),
        }
    }

    /// What the holes name.
    pub(super) fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Constant(_) => Vec::new(),
            Self::Whole(path) => vec![path],
            Self::Text(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Hole(path) => Some(path),
                    Piece::Literal(_) => None,
                })
                .collect(),
            Self::List(items) => items.iter().flat_map(Self::paths).collect(),
            Self::Object(members) => members
                .iter()
                .flat_map(|(_, value)| value.paths())
                .collect(),
        }
    }
}

fn join(pieces: &[Piece], scope: &Scope, escape: fn(String) -> String) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Hole(path) => scope
                .find(path)
                .map(text_of)
                .map_or_else(String::new, escape),
        })
        .collect()
}

/// A value inside a text.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' if letters.peek() == Some(&letter) => {
                letters.next();
                literal.push(letter);
            }
            '{' => {
                let mut hole = String::new();
                loop {
                    match letters.next() {
                        Some('}') => break,
                        Some(letter) => hole.push(letter),
                        None => return Err(format!("`{text}` opens a brace and never closes it")),
                    }
                }
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Hole(path(&hole, text)?));
            }
            '}' => return Err(format!("`{text}` closes a brace that it never opened")),
            other => literal.push(other),
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

fn path(hole: &str, text: &str) -> Result<Path, String> {
    let parts: Vec<String> = hole.split('.').map(|part| part.trim().to_owned()).collect();
    if parts.iter().any(String::is_empty) {
        return Err(format!("`{text}` has a hole without a name"));
    }
    Ok(Path(parts))
}
