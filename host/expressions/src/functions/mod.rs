//! The functions of the language. Each is one line of a table: its signature, what it does, and how.
//!
//! The signature is the only place that tells how many arguments a function takes; the page of functions is made of it.

mod arguments;
mod binary;
mod collection;
mod conversion;
mod date;
mod form;
mod logic;
mod math;
mod object;
mod search;
mod table;
mod text;
mod time;
mod uri;
mod workflow;
mod xml;

pub(crate) use arguments::Arguments;

use crate::check::nearest;
use crate::evaluate::{Datum, Machine};
use crate::fault::{FaultKind, Raise, Raised};
use crate::syntax::Call;

/// How a function is evaluated.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// All arguments first.
    Eager(for<'c> fn(&mut Arguments<'_, 'c>) -> Raised<Datum<'c>>),
    /// The function decides which of its arguments are evaluated.
    Lazy(for<'c> fn(&mut Machine<'c>, &'c Call) -> Raised<Datum<'c>>),
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
    signature: &'static str,
    summary: &'static str,
    family: &'static str,
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
        let takes = match most {
            Some(most) if most == least => format!("{least}"),
            Some(most) => format!("{least} to {most}"),
            None => format!("at least {least}"),
        };
        let signature = self.signature;
        let message = format!("`{signature}` takes {takes} arguments, and has {count} here");
        Err(Raise::new(FaultKind::ArgumentCount, message))
    }
}

/// What people can read about a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionInfo {
    /// Its name, as it is usually spelt.
    pub name: &'static str,
    /// Name and parameters; `?` marks those that may be left out, `…` that there may be more.
    pub signature: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// The family it belongs to.
    pub family: &'static str,
    /// The fewest arguments.
    pub least: usize,
    /// The most arguments; none if there may be any number.
    pub most: Option<usize>,
    /// Whether only those arguments are evaluated that the result needs.
    pub is_lazy: bool,
}

/// All functions, by family.
pub fn functions() -> impl Iterator<Item = FunctionInfo> {
    table::ALL.iter().map(|function| {
        let (least, most) = function.arity();
        FunctionInfo {
            name: function.name(),
            signature: function.signature,
            summary: function.summary,
            family: function.family,
            least,
            most,
            is_lazy: matches!(function.run, Run::Lazy(_)),
        }
    })
}

/// The function of a name, in any case.
pub(crate) fn named(name: &str) -> Option<&'static Function> {
    table::ALL
        .iter()
        .find(|function| function.name().eq_ignore_ascii_case(name))
}

/// What to tell about a name that is none.
pub(crate) fn unknown(name: &str) -> String {
    match nearest(name, table::ALL.iter().map(Function::name)) {
        Some(near) => format!("there is no function `{name}`; did you mean `{near}`?"),
        None => format!("there is no function `{name}`"),
    }
}
