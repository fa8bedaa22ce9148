//! What a rule has to say against the tree. On the ground: every rule ends in it.

use std::fmt;
use std::path::Path;

/// One thing that is not as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, from the root of the tree.
    pub place: String,
    /// What is there, and what would be right.
    pub what: String,
}

impl Fault {
    pub(crate) fn new(place: impl AsRef<Path>, what: impl Into<String>) -> Self {
        Self {
            place: place.as_ref().display().to_string(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}
