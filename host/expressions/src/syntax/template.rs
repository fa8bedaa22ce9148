//! A text of a definition: plain, one expression with a typed value, or text with expressions in it. Part of [`super`].

use winnow::stream::{LocatingSlice, Location, Stateful, Stream};

use super::parse::{self, Input};
use super::tree::Expression;
use crate::fault::Fault;

/// A text of a definition, parsed.
///
/// ```
/// use airlock_expressions::{Facts, Limits, Template};
/// use serde_json::json;
///
/// let facts = Facts::from_json(&json!({"variables": {"count": 3}}))?;
/// let value = |text: &str| Template::parse(text)?.evaluate(&facts, &Limits::default());
///
/// assert_eq!(value("@add(variables('count'), 1)")?, json!(4));
/// assert_eq!(value("@{variables('count')} rows")?, json!("3 rows"));
/// assert_eq!(value("@@odata.id")?, json!("@odata.id"));
/// # Ok::<(), airlock_expressions::Fault>(())
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) source: String,
    pub(crate) shape: Shape,
}

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Nothing to evaluate; escapes are resolved.
    Literal(String),
    /// `@expression`: the value keeps its type.
    Typed(Expression),
    /// `text @{expression} text`: always text.
    Text(Vec<Part>),
}

/// A piece of text with expressions in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Literal(String),
    Hole(Expression),
}

impl Template {
    /// Parses a text.
    ///
    /// # Errors
    ///
    /// The first mistake of syntax, or an expression that is too long ([`crate::MAX_LENGTH`]) or too deep
    /// ([`crate::MAX_DEPTH`]). What names stand for is not looked at: [`Template::check`] does that.
    pub fn parse(source: &str) -> Result<Self, Fault> {
        let shape = shape(source).map_err(|stop| stop.raise().told(source))?;
        Ok(Self {
            source: source.to_owned(),
            shape,
        })
    }

    /// The text as it was given.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether there is nothing to evaluate.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        matches!(self.shape, Shape::Literal(_))
    }

    /// Every expression in the text.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        match &self.shape {
            Shape::Literal(_) => Vec::new(),
            Shape::Typed(expression) => vec![expression],
            Shape::Text(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    Part::Hole(expression) => Some(expression),
                    Part::Literal(_) => None,
                })
                .collect(),
        }
    }
}

fn shape(source: &str) -> Result<Shape, parse::Stop> {
    let mut input: Input<'_> = Stateful {
        input: LocatingSlice::new(source),
        state: 0,
    };
    if source.starts_with('@') && !source.starts_with("@@") && !source.starts_with("@{") {
        input.next_token();
        return parse::whole(&mut input).map(Shape::Typed);
    }
    let mut parts = Vec::new();
    let mut text = String::new();
    // Doubled at the start, `@` is itself, whatever follows.
    if source.starts_with("@@") && !source.starts_with("@@{") {
        input.next_slice(2);
        text.push('@');
    }
    loop {
        let rest = source
            .get(input.current_token_start()..)
            .unwrap_or_default();
        let Some(sign) = rest.find('@') else {
            text += rest;
            break;
        };
        let (before, from) = rest.split_at_checked(sign).unwrap_or((rest, ""));
        text += before;
        input.next_slice(before.len());
        if from.starts_with("@@{") {
            input.next_slice(3);
            text += "@{";
        } else if from.starts_with("@{") {
            input.next_slice(2);
            if !text.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut text)));
            }
            parts.push(Part::Hole(parse::hole(&mut input)?));
        } else {
            input.next_slice(1);
            text.push('@');
        }
    }
    if parts.is_empty() {
        return Ok(Shape::Literal(text));
    }
    if !text.is_empty() {
        parts.push(Part::Literal(text));
    }
    Ok(Shape::Text(parts))
}
