//! What a batch needs of the world around it.
//!
//! Layer: batch, the ground.

use crate::http::{ODataRequest, Response};
use crate::organisation::Organisation;

/// What a batch needs of the world around it.
pub struct Surroundings<'a> {
    /// The organisation whose rows a change set changes as one.
    pub organisation: &'a Organisation,
    /// Answers one request under the service root of a version; `None` means that of the batch.
    pub dispatch: &'a dyn Fn(Option<&str>, ODataRequest) -> Response,
}
