//! What a function is: its signature, and how it is evaluated. Part of [`super`].

use super::arguments::Arguments;
use crate::environment::Datum;
use crate::fault::{FaultKind, Raise, Raised};
use crate::syntax::{Call, Expression};

/// What evaluates the arguments of a lazy function.
pub(crate) trait Evaluator<'c> {
    /// The value of an expression.
    fn value(&mut self, expression: &'c Expression) -> Raised<Datum<'c>>;
}

/// How a function is evaluated.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// All arguments first.
    Eager(for<'c> fn(&mut Arguments<'_, 'c>) -> Raised<Datum<'c>>),
    /// The function decides which of its arguments are evaluated.
    Lazy(for<'c> fn(&mut dyn Evaluator<'c>, &'c Call) -> Raised<Datum<'c>>),
}

/// What of a run a function asks for; the first argument is its name, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Nothing,
    Action,
    CurrentAction,
    Scope,
    Trigger,
    Parameter,
    Variable,
    Loop,
    Item,
    Workflow,
}

/// One function.
pub(crate) struct Function {
    pub(super) signature: &'static str,
    pub(super) summary: &'static str,
    pub(super) family: &'static str,
    pub(crate) asks: Asks,
    pub(crate) run: Run,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.signature)
    }
}

impl Function {
    pub(crate) fn name(&self) -> &'static str {
        self.signature
            .split_once('(')
            .map_or(self.signature, |(name, _)| name)
    }

    fn parameters(&self) -> impl Iterator<Item = &'static str> {
        let inner = self
            .signature
            .split_once('(')
            .map_or("", |(_, rest)| rest)
            .trim_end_matches(')');
        inner.split(", ").filter(|parameter| !parameter.is_empty())
    }

    /// The fewest arguments, and the most; none if there may be any number.
    pub(crate) fn arity(&self) -> (usize, Option<usize>) {
        let least = self
            .parameters()
            .filter(|parameter| !parameter.ends_with('?') && *parameter != "…")
            .count();
        let has_more = self.parameters().any(|parameter| parameter == "…");
        (least, (!has_more).then(|| self.parameters().count()))
    }

    /// Refuses another number of arguments than the function takes.
    pub(crate) fn takes(&self, count: usize) -> Raised<()> {
        let (least, most) = self.arity();
        if count >= least && most.is_none_or(|most| count <= most) {
            return Ok(());
        }
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let takes = match most {
            Some(0) => "no arguments".to_owned(),
            Some(most) if most == least => format!("{least} argument{}", plural(least)),
            Some(most) => format!("{least} to {most} arguments"),
            None => format!("at least {least} argument{}", plural(least)),
        };
        let message = format!("`{}` takes {takes}, and has {count} here", self.signature);
        Err(Raise::new(FaultKind::ArgumentCount, message))
    }
}
