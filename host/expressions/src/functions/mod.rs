//! The functions of the language. Each is one line of a table: its signature, what it does, and how.
//!
//! The signature is the only place that tells how many arguments a function takes; the page of functions is made of it.

mod arguments;
mod binary;
mod collection;
mod conversion;
mod date;
mod form;
mod function;
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

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use arguments::Arguments;
pub(crate) use function::{Asks, Evaluator, Function, Run};

use crate::names::nearest;

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

/// The function of a name in lower case.
pub(crate) fn named(folded: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<HashMap<String, &'static Function>> = LazyLock::new(|| {
        table::ALL
            .iter()
            .map(|function| (function.name().to_ascii_lowercase(), function))
            .collect()
    });
    BY_NAME.get(folded).copied()
}

/// What to tell about a name that is none.
pub(crate) fn unknown(name: &str) -> String {
    match nearest(name, table::ALL.iter().map(Function::name)) {
        Some(near) => format!("there is no function `{name}`; did you mean `{near}`?"),
        None => format!("there is no function `{name}`"),
    }
}
