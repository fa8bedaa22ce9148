//! The parameters of a call, each in the type that `$metadata` declares; every fault is told at once.

use std::collections::BTreeSet;

use airlock_connector::{
    Error, FieldError, Transport,
    input::below,
    nearest::{did_you_mean, nearest},
};
use serde_json::{Map, Value};

use crate::{
    operations::model::{Kind, Operation, Operations, Parameter},
    session::Session,
};

/// Where in the input of a call its parameters stand.
const PARAMETERS: &str = "/parameters";

/// A parameter with its value as the wire wants it.
pub(super) type Argument<'a> = (&'a Parameter, Value);

/// Reads the parameters of one call.
pub(super) struct Arguments<'a, T> {
    pub(super) session: &'a Session<T>,
    pub(super) operations: &'a Operations,
    /// Functions point at rows otherwise than actions do.
    pub(super) kind: Kind,
}

impl<'a, T: Transport> Arguments<'a, T> {
    pub(super) fn new(session: &'a Session<T>, operations: &'a Operations, kind: Kind) -> Self {
        Self {
            session,
            operations,
            kind,
        }
    }

    /// What was given, in the order in which the operation declares it.
    pub(super) async fn read(
        &self,
        operation: &'a Operation,
        given: &Map<String, Value>,
    ) -> Result<Vec<Argument<'a>>, Error> {
        let mut faults = Vec::new();
        let mut taken = BTreeSet::new();
        let mut read = Vec::new();
        for (name, value) in given {
            let place = below(PARAMETERS, name);
            let Some(parameter) = operation.parameter(name) else {
                faults.push(FieldError::new(place, unknown(operation, name)));
                continue;
            };
            if !taken.insert(parameter.name.as_str()) {
                let twice = format!("{} is given twice", parameter.name);
                faults.push(FieldError::new(place, twice));
                continue;
            }
            if value.is_null() {
                if !parameter.optional {
                    faults.push(FieldError::new(place, self.missing(operation, parameter)));
                }
                continue;
            }
            match self.value(&parameter.of, value, &place).await {
                Ok(value) => read.push((parameter, value)),
                Err(Error::InvalidInput(more)) => faults.extend(more),
                Err(error) => return Err(error),
            }
        }
        for parameter in &operation.parameters {
            if !parameter.optional && !taken.contains(parameter.name.as_str()) {
                let place = below(PARAMETERS, &parameter.name);
                faults.push(FieldError::new(place, self.missing(operation, parameter)));
            }
        }
        if !faults.is_empty() {
            return Err(Error::InvalidInput(faults));
        }
        let order = |one: &Parameter| operation.parameters.iter().position(|other| other == one);
        read.sort_by_key(|(parameter, _)| order(parameter));
        Ok(read)
    }

    fn missing(&self, operation: &Operation, parameter: &Parameter) -> String {
        format!(
            "`{}` is missing: {} needs {}",
            parameter.name,
            operation.name,
            self.operations.type_in_words(&parameter.of)
        )
    }
}

fn unknown(operation: &Operation, name: &str) -> String {
    let names: Vec<&str> = operation
        .parameters
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let near = nearest(name, names.iter().copied());
    let hint = match (near.as_slice(), names.as_slice()) {
        ([], []) => "; it takes none".to_owned(),
        ([], names) => format!("; it takes {}", names.join(", ")),
        (near, _) => did_you_mean(near),
    };
    format!("{} has no parameter `{name}`{hint}", operation.name)
}
