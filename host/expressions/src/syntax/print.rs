//! A tree as text: the one spelling that parses back into it. Part of [`super`].

use std::fmt::{Display, Formatter, Result, Write};

use serde_json::Value;

use super::template::{Part, Shape, Template};
use super::tree::{Call, Expression, Key, Kind, Step};

impl Display for Expression {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        Display::fmt(&self.kind, out)?;
        self.steps
            .iter()
            .try_for_each(|step| Display::fmt(step, out))
    }
}

impl Display for Kind {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Literal(Value::String(text)) => write!(out, "'{}'", text.replace('\'', "''")),
            Self::Literal(value) => write!(out, "{value}"),
            Self::Call(call) => Display::fmt(call, out),
        }
    }
}

impl Display for Call {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        write!(out, "{}(", self.name)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            if index > 0 {
                out.write_str(", ")?;
            }
            Display::fmt(argument, out)?;
        }
        out.write_char(')')
    }
}

impl Display for Step {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        if self.safe {
            out.write_char('?')?;
        }
        match &self.key {
            Key::Name(name) => write!(out, ".{name}"),
            Key::Index(index) => write!(out, "[{index}]"),
        }
    }
}

impl Display for Template {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match &self.shape {
            Shape::Literal(text) => literal(text, true, out),
            Shape::Typed(expression) => write!(out, "@{expression}"),
            Shape::Text(parts) => {
                parts
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, part)| match part {
                        Part::Literal(text) => literal(text, index == 0, out),
                        Part::Hole(expression) => write!(out, "@{{{expression}}}"),
                    })
            }
        }
    }
}

/// Text outside of expressions, where `@` is doubled at the start of everything and before a brace.
fn literal(text: &str, is_start: bool, out: &mut Formatter<'_>) -> Result {
    let mut rest = text;
    if is_start && let Some(after) = text.strip_prefix('@') {
        out.write_str("@@")?;
        rest = after;
    }
    out.write_str(&rest.replace("@{", "@@{"))
}
