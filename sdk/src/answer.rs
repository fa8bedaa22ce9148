//! What an action answers, as the text that crosses to the host.

use serde::Serialize;

use crate::Error;

/// An action's whole output.
pub trait Answer {
    /// The output as a JSON document.
    ///
    /// # Errors
    /// [`Error::Internal`] when there is no JSON for it, which is a defect.
    fn text(&self) -> Result<String, Error>;
}

impl<T: Serialize> Answer for T {
    fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }
}

/// What a stream came to, told after its last byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary(String);

impl Summary {
    /// The summary that `answer` is.
    ///
    /// # Errors
    /// [`Error::Internal`] when there is no JSON for it, which is a defect.
    pub fn of(answer: &impl Answer) -> Result<Self, Error> {
        answer.text().map(Self)
    }

    /// As a JSON document.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}
