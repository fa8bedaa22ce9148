//! The tree of an expression. Part of [`super`].

use serde_json::{Number, Value};

/// A byte offset in the text. It tells people where something stands and is no part of what the tree means, so all
/// of them are equal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct At(pub(crate) usize);

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A value, or a call, and what is read from it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression {
    pub(crate) at: At,
    pub(crate) kind: Kind,
    pub(crate) steps: Vec<Step>,
}

/// What an expression begins with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// `'text'`, `1`, `true`, `null`.
    Literal(Value),
    /// `name(arguments)`.
    Call(Call),
}

/// `name(arguments)`.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) at: At,
    /// As it was written.
    pub(crate) name: String,
    /// In lower case, which is what counts.
    pub(crate) folded: String,
    pub(crate) arguments: Vec<Expression>,
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded && self.arguments == other.arguments
    }
}

/// One reading: `.name`, `['name']`, `[0]`, each with `?` before it or without.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) at: At,
    /// Whether what is not there counts as null.
    pub(crate) safe: bool,
    pub(crate) key: Key,
}

/// What a step reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Key {
    /// After a dot.
    Name(String),
    /// In brackets.
    Index(Box<Expression>),
}

impl Expression {
    /// A literal number as it is written, or null if that is no number.
    pub(crate) fn number(text: &str) -> Option<Value> {
        text.parse::<Number>().ok().map(Value::Number)
    }

    /// The text, if the expression is nothing else.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Literal(Value::String(text)) if self.steps.is_empty() => Some(text),
            _ => None,
        }
    }
}
