//! What a person wrote for an operation of another system, as the input of the action behind it.

use serde_json::{Map, Value};

use super::{
    origins::Origins,
    reader::{Place, Reader, constants},
    table::Operation,
};
use crate::{Error, FieldError};

/// An operation's input in the words of its action.
#[derive(Clone, Debug)]
pub struct Question {
    /// The action's input.
    pub input: Map<String, Value>,
    /// Places that the service has to be at, and where they were named.
    pub places: Vec<(String, String)>,
    origins: Origins,
}

impl Question {
    /// Reads what was written for `operation`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with one fault per missing, unknown or unreadable key.
    pub fn read(operation: &Operation, given: &Map<String, Value>) -> Result<Self, Error> {
        let (question, faults) = Self::begun(operation, given, true);
        if faults.is_empty() {
            Ok(question)
        } else {
            Err(Error::InvalidInput(faults))
        }
    }

    /// The same of a form in which anything may still be missing or wrong.
    #[must_use]
    pub fn of_form(operation: &Operation, form: &Map<String, Value>) -> Self {
        Self::begun(operation, form, false).0
    }

    fn begun(
        operation: &Operation,
        given: &Map<String, Value>,
        whole: bool,
    ) -> (Self, Vec<FieldError>) {
        let mut reader = Reader {
            whole,
            places: Vec::new(),
            origins: Origins::default(),
            faults: Vec::new(),
        };
        let mut input = reader.object(operation.keys, given, Place::default());
        constants(&mut input, operation.always);
        let Reader {
            places,
            origins,
            faults,
            ..
        } = reader;
        let question = Self {
            input,
            places,
            origins,
        };
        (question, faults)
    }

    /// An error of the action, with its faults where a person wrote them.
    #[must_use]
    pub fn told(&self, error: Error) -> Error {
        self.origins.told(error)
    }
}
