//! What an expression may name, at the place where it stands. Part of [`super`].

use crate::fault::{FaultKind, Raise};
use crate::functions::{Asks, Function};
use crate::names::hint;
use crate::syntax::Call;

/// What an expression may name. Names count without regard to case.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Actions that are certain to have ended, or been skipped: those on the `runAfter` path to here.
    pub actions: Vec<String>,
    /// All other actions of the definition, so that a message can tell a slip from a wrong order.
    pub other_actions: Vec<String>,
    /// Scopes, conditions and loops that are certain to have ended, whose results can be read.
    pub scopes: Vec<String>,
    /// Parameters that are declared.
    pub parameters: Vec<String>,
    /// Variables that are initialised before.
    pub variables: Vec<String>,
    /// Loops around the place, outermost first.
    pub loops: Vec<String>,
    /// Whether `item()` means something: inside a loop, in Select and in Filter array.
    pub has_item: bool,
    /// Whether `action()` means something: in a webhook's unsubscribe, tracked properties and conditions of Until.
    pub has_action: bool,
}

impl Scope {
    /// The fault of a call that names what is not there.
    pub(super) fn judge(&self, function: &Function, call: &Call) -> Option<Box<Raise>> {
        let at = call.at.0;
        let wrong =
            |message: String, at: usize| Some(Raise::new(FaultKind::Reference, message).or_at(at));
        match function.asks {
            Asks::Item if !self.has_item && self.loops.is_empty() => {
                return wrong(
                    "`item()` stands outside of any loop, Select and Filter array".to_owned(),
                    at,
                );
            }
            Asks::CurrentAction if !self.has_action => {
                let places =
                    "tracked properties, a webhook's unsubscribe and the condition of an Until";
                return wrong(format!("`action()` means something only in {places}"), at);
            }
            _ => {}
        }
        let (what, known) = match function.asks {
            Asks::Action => ("action", &self.actions),
            Asks::Scope => ("scope", &self.scopes),
            Asks::Parameter => ("parameter", &self.parameters),
            Asks::Variable => ("variable", &self.variables),
            Asks::Loop => ("loop around this place", &self.loops),
            _ => return None,
        };
        let argument = call.arguments.first()?;
        let name = argument.as_text()?;
        let has = |names: &[String]| {
            names
                .iter()
                .any(|known| known.to_lowercase() == name.to_lowercase())
        };
        if has(known) {
            return None;
        }
        if matches!(function.asks, Asks::Action | Asks::Scope)
            && (has(&self.other_actions) || has(&self.actions))
        {
            let message = match function.asks {
                Asks::Scope if has(&self.actions) => {
                    format!("`{name}` is no scope or loop, so it has no results inside")
                }
                _ => format!(
                    "`{name}` is not certain to have run here: it is not on the runAfter path to this action; \
                     let this action, or one before it, run after `{name}`"
                ),
            };
            return wrong(message, argument.at.0);
        }
        wrong(
            format!(
                "there is no {what} `{name}`{}",
                hint(name, known.iter().map(String::as_str))
            ),
            argument.at.0,
        )
    }
}
