//! What can be said of an expression before it runs: names and argument counts, each mistake with its place.

mod reference;
mod scope;

pub use reference::{Reference, ReferenceKind};
pub use scope::Scope;

use crate::evaluate::Document;
use crate::fault::{Fault, FaultKind, Raise};
use crate::functions;
use crate::syntax::{Call, Expression, Key, Kind, Template};

impl Template {
    /// Every mistake that shows without evaluating: unknown functions, wrong argument counts, and names that the scope
    /// does not have. A name that is computed is looked at when it is evaluated.
    #[must_use]
    pub fn check(&self, scope: &Scope) -> Vec<Fault> {
        let mut raises = Vec::new();
        for call in self.calls() {
            match functions::named(&call.folded) {
                None => {
                    let message = functions::unknown(&call.name);
                    raises.push(Raise::new(FaultKind::UnknownFunction, message).or_at(call.at.0));
                }
                Some(function) => {
                    raises.extend(
                        function
                            .takes(call.arguments.len())
                            .map_err(|raise| raise.or_at(call.at.0))
                            .err(),
                    );
                    raises.extend(scope.judge(function, call));
                }
            }
        }
        raises
            .into_iter()
            .map(|raise| raise.told(&self.source))
            .collect()
    }

    /// Every action, parameter, variable, loop and trigger that the text reads, in the order in which they stand there.
    ///
    /// Whether a value is secret follows from these, not from what it looks like.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        self.calls()
            .into_iter()
            .filter_map(|call| Reference::of(call, &self.source))
            .collect()
    }

    fn calls(&self) -> Vec<&Call> {
        let mut all = Vec::new();
        self.expressions()
            .into_iter()
            .for_each(|expression| gather(expression, &mut all));
        all
    }
}

impl Document {
    /// The mistakes of all texts and keys, as [`Template::check`] finds them, each with its pointer.
    #[must_use]
    pub fn check(&self, scope: &Scope) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (pointer, template) in self.templates() {
            for mut fault in template.check(scope) {
                pointer.clone_into(&mut fault.place.pointer);
                faults.push(fault);
            }
        }
        faults
    }

    /// What the document reads, as [`Template::references`] tells it.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        self.templates()
            .into_iter()
            .flat_map(|(_, template)| template.references())
            .collect()
    }
}

fn gather<'a>(expression: &'a Expression, all: &mut Vec<&'a Call>) {
    if let Kind::Call(call) = &expression.kind {
        all.push(call);
        call.arguments
            .iter()
            .for_each(|argument| gather(argument, all));
    }
    for step in &expression.steps {
        if let Key::Index(index) = &step.key {
            gather(index, all);
        }
    }
}
