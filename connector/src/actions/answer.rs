//! What an action answers, as the text that crosses to the host.

use serde::Serialize;

use crate::webapi::Error;

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
