//! The expressions of a block.

use airlock_expressions::{Context, Document, Limits, Reference, ReferenceKind};
use serde_json::Value;

use crate::Fault;

/// JSON with expressions, and where in its block it stands.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    document: Document,
    place: String,
}

impl Texts {
    /// Reads what stands at `place`.
    pub(crate) fn read(json: &Value, place: &str) -> Result<Self, Fault> {
        let document = Document::parse(json).map_err(|faults| {
            faults.into_iter().next().map_or_else(
                || Fault::new(place, "it cannot be read"),
                |fault| told(place, &fault),
            )
        })?;
        Ok(Self {
            document,
            place: place.to_owned(),
        })
    }

    pub(crate) fn evaluate(&self, context: &dyn Context, limits: &Limits) -> Result<Value, Fault> {
        self.document
            .evaluate(context, limits)
            .map_err(|fault| told(&self.place, &fault))
    }

    /// What of a run is read, in words.
    pub(crate) fn needs(&self) -> Vec<String> {
        self.document.references().iter().map(need).collect()
    }
}

fn told(place: &str, fault: &airlock_expressions::Fault) -> Fault {
    Fault::new(
        format!("{place}{}", fault.place.pointer),
        format!("column {}: {}", fault.place.column, fault.message),
    )
}

fn need(reference: &Reference) -> String {
    let named = |what: &str| match &reference.name {
        Some(name) => format!("{what} `{name}`"),
        None => format!("{what} with a computed name"),
    };
    match reference.kind {
        ReferenceKind::Action => named("what came of the action"),
        ReferenceKind::Scope => named("what came of the scope"),
        ReferenceKind::Trigger => "what the trigger brought".to_owned(),
        ReferenceKind::Parameter => named("the parameter"),
        ReferenceKind::Variable => named("the variable"),
        ReferenceKind::Loop => named("the item of the loop"),
        ReferenceKind::Item => "the item of the loop around it".to_owned(),
        ReferenceKind::Workflow => "the run itself".to_owned(),
    }
}
