//! From a place in an action's input back to the place in what a person wrote.

use crate::{Error, FieldError};

/// Where the parts of an action's input come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins(Vec<Origin>);

#[derive(Clone, Debug)]
struct Origin {
    /// A pointer into the action's input.
    to: String,
    /// The pointer into what was written.
    from: String,
    /// Whether what lies below one lies below the other in the same way.
    alike: bool,
}

impl Origins {
    /// What lies at `to` and below was written at `from` and below.
    pub(super) fn alike(&mut self, to: String, from: String) {
        self.0.push(Origin {
            to,
            from,
            alike: true,
        });
    }

    /// What lies at `to` and below was made of what was written at `from`.
    pub(super) fn made(&mut self, to: String, from: String) {
        self.0.push(Origin {
            to,
            from,
            alike: false,
        });
    }

    /// Where `pointer` was written; the whole where that is not known.
    fn back(&self, pointer: &str) -> String {
        let below = |origin: &&Origin| {
            pointer
                .strip_prefix(origin.to.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let Some(origin) = self
            .0
            .iter()
            .filter(below)
            .max_by_key(|origin| origin.to.len())
        else {
            return String::new();
        };
        match (origin.alike, pointer.strip_prefix(origin.to.as_str())) {
            (true, Some(rest)) => format!("{}{rest}", origin.from),
            _ => origin.from.clone(),
        }
    }

    /// The same error with its faults where they were written.
    pub(super) fn told(&self, error: Error) -> Error {
        match error {
            Error::InvalidInput(faults) => Error::InvalidInput(
                faults
                    .into_iter()
                    .map(|fault| FieldError {
                        pointer: self.back(&fault.pointer),
                        ..fault
                    })
                    .collect(),
            ),
            other => other,
        }
    }
}
