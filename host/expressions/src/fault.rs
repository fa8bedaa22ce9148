//! What is wrong with an expression, told to the person who wrote it. Ground of the crate: everything else raises these.

use std::fmt;

/// The code under which the service reports a template that could not be evaluated.
pub const INVALID_TEMPLATE: &str = "InvalidTemplate";

/// What kind of mistake a [`Fault`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The text is not an expression.
    Syntax,
    /// No function has this name.
    UnknownFunction,
    /// Too many arguments, or too few.
    ArgumentCount,
    /// An action, parameter, variable or loop that is not there, or not on the way to here.
    Reference,
    /// A value of another type than the position takes; null too.
    Type,
    /// A value of the right type that the function cannot work with.
    Value,
    /// A property or element that is not there, read without `?`.
    Missing,
    /// One of the [`crate::Limits`] was reached.
    Budget,
}

/// A mistake in an expression, with its place.
///
/// Messages quote values that the expression met. Whoever evaluates with values that must not be shown decides
/// by [`crate::Template::references`] whether the message may be shown, and tells only [`Fault::kind`] and
/// [`Fault::place`] otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Fault {
    /// What kind of mistake it is.
    pub kind: FaultKind,
    /// What happened, and what to do about it.
    pub message: String,
    /// Where it happened.
    pub place: Place,
}

/// Where in a document a fault lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The text's position in the document around it, as a JSON Pointer; empty for the whole document.
    pub pointer: String,
    /// The column in the text, in characters from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            write!(out, "column {}", self.column)
        } else {
            write!(out, "{} column {}", self.pointer, self.column)
        }
    }
}

/// A fault on its way out of an evaluation: where it happened is a byte offset in the text that is evaluated.
#[derive(Debug)]
pub(crate) struct Raise {
    pub(crate) kind: FaultKind,
    pub(crate) message: String,
    /// None until the fault has reached something that knows its place.
    pub(crate) at: Option<usize>,
}

impl Raise {
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            kind,
            message: message.into(),
            at: None,
        })
    }

    pub(crate) fn value(message: impl Into<String>) -> Box<Self> {
        Self::new(FaultKind::Value, message)
    }

    /// The fault with its place, unless it has one.
    pub(crate) fn or_at(mut self: Box<Self>, at: usize) -> Box<Self> {
        self.at.get_or_insert(at);
        self
    }

    /// The fault as it is told, where `text` is what was evaluated.
    pub(crate) fn told(self, text: &str) -> Fault {
        Fault {
            kind: self.kind,
            message: self.message,
            place: Place {
                pointer: String::new(),
                column: column(text, self.at.unwrap_or_default()),
            },
        }
    }
}

/// The result of whatever may raise.
pub(crate) type Raised<T> = Result<T, Box<Raise>>;

/// The column of a byte offset, in characters from 1.
pub(crate) fn column(text: &str, at: usize) -> usize {
    text.char_indices()
        .take_while(|(offset, _)| *offset < at)
        .count()
        + 1
}
