//! From a name and a text to the action or trigger that is meant, and to what a form asks of it.

mod actions;
mod calls;
mod forms;
mod operations;
#[cfg(test)]
mod tests;
mod triggers;

pub use actions::{Invocation, Piping, find, pipe};
pub use calls::invoke;
pub use forms::{check, choices, refine};
pub use operations::find_operation;
pub use triggers::{find_trigger, poll, receive, renew, subscribe, unsubscribe, verify};

use crate::{
    Error,
    nearest::{did_you_mean, nearest},
};

/// The entry called `name`: by its own name, or by an alias in any case.
fn named<'a, E>(
    kind: &str,
    name: &str,
    entries: &'a [E],
    names: impl Fn(&E) -> (&'static str, &'static [&'static str]),
) -> Result<&'a E, Error> {
    let by_name = entries.iter().find(|entry| names(entry).0 == name);
    let by_alias = || {
        entries.iter().find(|entry| {
            let mut aliases = names(entry).1.iter();
            aliases.any(|alias| alias.eq_ignore_ascii_case(name))
        })
    };
    by_name.or_else(by_alias).ok_or_else(|| {
        let all = || entries.iter().map(|entry| names(entry).0);
        let near = nearest(name, all());
        let hint = match (near.is_empty(), entries.is_empty()) {
            (_, true) => "; this connector has none".to_owned(),
            (true, false) => format!("; there are {}", all().collect::<Vec<_>>().join(", ")),
            (false, false) => did_you_mean(&near),
        };
        Error::invalid("", format!("there is no {kind} `{name}`{hint}"))
    })
}
