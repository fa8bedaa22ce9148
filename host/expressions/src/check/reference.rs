//! What an expression reads from its run. Part of [`super`].

use crate::fault::column;
use crate::functions::{self, Asks};
use crate::syntax::Call;

/// Something of the run that an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it is.
    pub kind: ReferenceKind,
    /// Its name as it was written; none for what has no name, and for a name that is computed.
    pub name: Option<String>,
    /// The column in characters from 1.
    pub column: usize,
}

/// What kind of thing a [`Reference`] leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// Outputs or record of an action.
    Action,
    /// The results inside a scope.
    Scope,
    /// What the trigger brought.
    Trigger,
    /// A parameter.
    Parameter,
    /// A variable.
    Variable,
    /// The item or index of a loop by name.
    Loop,
    /// The item of the innermost loop.
    Item,
    /// The run and its workflow.
    Workflow,
}

impl Reference {
    pub(super) fn of(call: &Call, source: &str) -> Option<Self> {
        let kind = match functions::named(&call.folded)?.asks {
            Asks::Nothing => return None,
            Asks::Action => ReferenceKind::Action,
            Asks::Scope => ReferenceKind::Scope,
            Asks::Trigger => ReferenceKind::Trigger,
            Asks::Parameter => ReferenceKind::Parameter,
            Asks::Variable => ReferenceKind::Variable,
            Asks::Loop => ReferenceKind::Loop,
            Asks::Item => ReferenceKind::Item,
            Asks::CurrentAction | Asks::Workflow => ReferenceKind::Workflow,
        };
        let has_name = !matches!(
            kind,
            ReferenceKind::Trigger | ReferenceKind::Item | ReferenceKind::Workflow
        );
        let name = call
            .arguments
            .first()
            .filter(|_| has_name)
            .and_then(|name| name.as_text());
        Some(Self {
            kind,
            name: name.map(str::to_owned),
            column: column(source, call.at.0),
        })
    }
}
