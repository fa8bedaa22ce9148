//! The grammar of an expression. Part of [`super`].
//!
//! A value decides by its first character what it is, so nothing is tried twice: a parser that fails has found the
//! mistake, and its place is the one to show.

use serde_json::Value;
use winnow::combinator::{opt, peek};
use winnow::error::ParserError;
use winnow::stream::{LocatingSlice, Location, Stateful, Stream};
use winnow::token::{literal, one_of, take_till, take_while};
use winnow::{Parser, Result};

use super::tree::{At, Call, Expression, Key, Kind, Step};
use super::{MAX_DEPTH, MAX_LENGTH};
use crate::fault::{FaultKind, Raise};

/// The text with the number of expressions around the place.
pub(super) type Input<'a> = Stateful<LocatingSlice<&'a str>, usize>;

/// A mistake and its offset.
#[derive(Debug)]
pub(super) struct Stop {
    at: usize,
    kind: FaultKind,
    message: String,
}

impl Stop {
    fn wanted(input: &Input<'_>, what: &str) -> Self {
        let found = match input.chars().next() {
            Some(character) => format!("`{character}`"),
            None => "the end".to_owned(),
        };
        Self {
            at: input.current_token_start(),
            kind: FaultKind::Syntax,
            message: format!("expected {what}, found {found}"),
        }
    }

    pub(super) fn raise(self) -> Box<Raise> {
        Raise::new(self.kind, self.message).or_at(self.at)
    }
}

impl<'a> ParserError<Input<'a>> for Stop {
    type Inner = Self;

    fn from_input(input: &Input<'a>) -> Self {
        Self::wanted(input, "something else")
    }

    fn into_inner(self) -> std::result::Result<Self, Self> {
        Ok(self)
    }
}

/// An expression that is all the rest.
pub(super) fn whole(input: &mut Input<'_>) -> Result<Expression, Stop> {
    let expression = measured(input)?;
    match input.is_empty() {
        true => Ok(expression),
        false => Err(Stop::wanted(input, "the end of the expression")),
    }
}

/// An expression and the `}` behind it.
pub(super) fn hole(input: &mut Input<'_>) -> Result<Expression, Stop> {
    let expression = measured(input)?;
    sign(input, '}', "`}`, `.`, `[` or `?`")?;
    Ok(expression)
}

/// An expression of a length that the service takes.
fn measured(input: &mut Input<'_>) -> Result<Expression, Stop> {
    let (from, text) = (input.current_token_start(), *input.input.as_ref());
    let expression = expression(input)?;
    blanks(input)?;
    let length = input.current_token_start() - from;
    match text
        .get(..length)
        .is_some_and(|text| text.chars().count() > MAX_LENGTH)
    {
        false => Ok(expression),
        true => Err(Stop {
            at: from,
            kind: FaultKind::Budget,
            message: format!(
                "an expression may have {MAX_LENGTH} characters; split it over several actions"
            ),
        }),
    }
}

fn expression(input: &mut Input<'_>) -> Result<Expression, Stop> {
    blanks(input)?;
    if input.state >= MAX_DEPTH {
        return Err(Stop {
            at: input.current_token_start(),
            kind: FaultKind::Budget,
            message: format!(
                "expressions may lie {MAX_DEPTH} deep inside each other; split this one over several actions"
            ),
        });
    }
    input.state += 1;
    let at = At(input.current_token_start());
    let kind = match input.chars().next() {
        Some('\'') => Kind::Literal(Value::String(text(input)?)),
        Some('-' | '0'..='9') => Kind::Literal(number(input)?),
        Some(first) if is_word(first) => word(input)?,
        Some('"') => {
            return Err(Stop::wanted(
                input,
                "a value; text stands between single quotes",
            ));
        }
        _ => return Err(Stop::wanted(input, "a value or a function")),
    };
    let steps = steps(input)?;
    input.state -= 1;
    Ok(Expression { at, kind, steps })
}

fn blanks(input: &mut Input<'_>) -> Result<(), Stop> {
    take_while(0.., char::is_whitespace)
        .void()
        .parse_next(input)
}

fn sign(input: &mut Input<'_>, sign: char, wanted: &str) -> Result<(), Stop> {
    match opt(one_of::<_, _, Stop>(sign)).parse_next(input)? {
        Some(_) => Ok(()),
        None => Err(Stop::wanted(input, wanted)),
    }
}

/// `'it''s'`: the quote alone is doubled, and a backslash is itself.
fn text(input: &mut Input<'_>) -> Result<String, Stop> {
    let from = input.current_token_start();
    literal("'").void().parse_next(input)?;
    let mut whole = String::new();
    loop {
        whole += take_till::<_, _, Stop>(0.., '\'').parse_next(input)?;
        if input.is_empty() {
            return Err(Stop {
                at: from,
                kind: FaultKind::Syntax,
                message:
                    "a text begins here and has no closing quote; a quote inside of it is doubled"
                        .to_owned(),
            });
        }
        literal("'").void().parse_next(input)?;
        match opt(literal::<_, _, Stop>("'")).parse_next(input)? {
            Some(_) => whole.push('\''),
            None => return Ok(whole),
        }
    }
}

fn number(input: &mut Input<'_>) -> Result<Value, Stop> {
    let at = input.current_token_start();
    let digits = |least: usize| take_while::<_, _, Stop>(least.., '0'..='9');
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits(1));
    let written = (
        opt(literal("-")),
        digits(1),
        opt((literal("."), digits(1))),
        opt(exponent),
    )
        .take();
    let bad = || Stop {
        at,
        kind: FaultKind::Syntax,
        message: "expected a number such as -1.5 or 2e3".to_owned(),
    };
    let mut written = written;
    let taken: &str = written.parse_next(input).map_err(|_: Stop| bad())?;
    if input.chars().next().is_some_and(is_word) {
        return Err(bad());
    }
    Expression::number(&plain(taken)).ok_or_else(bad)
}

/// The number without zeros that JSON does not allow before it.
fn plain(written: &str) -> String {
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written),
    };
    let rest = digits.trim_start_matches('0');
    match rest.starts_with(|first: char| first.is_ascii_digit()) {
        true => format!("{sign}{rest}"),
        false => format!("{sign}0{rest}"),
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$'
}

/// `true`, `false`, `null`, or a call.
fn word(input: &mut Input<'_>) -> Result<Kind, Stop> {
    let at = At(input.current_token_start());
    let name = take_while::<_, _, Stop>(1.., is_word)
        .parse_next(input)?
        .to_owned();
    let start = input.checkpoint();
    blanks(input)?;
    if peek(opt(literal::<_, _, Stop>("(")))
        .parse_next(input)?
        .is_none()
    {
        let constant = match name.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => {
                return Err(Stop::wanted(
                    input,
                    &format!("`(` behind the name of the function `{name}`"),
                ));
            }
        };
        input.reset(&start);
        return Ok(Kind::Literal(constant));
    }
    let arguments = arguments(input)?;
    let folded = name.to_ascii_lowercase();
    Ok(Kind::Call(Call {
        at,
        name,
        folded,
        arguments,
    }))
}

fn arguments(input: &mut Input<'_>) -> Result<Vec<Expression>, Stop> {
    sign(input, '(', "`(`")?;
    blanks(input)?;
    let mut all = Vec::new();
    if opt(literal::<_, _, Stop>(")")).parse_next(input)?.is_some() {
        return Ok(all);
    }
    loop {
        all.push(expression(input)?);
        blanks(input)?;
        match input.chars().next() {
            Some(',') => sign(input, ',', "`,`")?,
            _ => {
                sign(input, ')', "`,` or `)`")?;
                return Ok(all);
            }
        }
    }
}

fn steps(input: &mut Input<'_>) -> Result<Vec<Step>, Stop> {
    let mut all = Vec::new();
    loop {
        let before = input.checkpoint();
        blanks(input)?;
        let at = At(input.current_token_start());
        let safe = opt(literal::<_, _, Stop>("?")).parse_next(input)?.is_some();
        let key = match input.chars().next() {
            Some('.') => {
                sign(input, '.', "`.`")?;
                blanks(input)?;
                match opt(take_while::<_, _, Stop>(1.., is_word)).parse_next(input)? {
                    Some(name) => Key::Name(name.to_owned()),
                    None => return Err(Stop::wanted(input, "the name of a property")),
                }
            }
            Some('[') => {
                sign(input, '[', "`[`")?;
                let index = expression(input)?;
                blanks(input)?;
                sign(input, ']', "`]`")?;
                Key::Index(Box::new(index))
            }
            _ if safe => return Err(Stop::wanted(input, "`.` or `[` behind `?`")),
            _ => {
                input.reset(&before);
                return Ok(all);
            }
        };
        all.push(Step { at, safe, key });
    }
}
