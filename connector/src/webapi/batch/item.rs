//! What a batch consists of, and what becomes of it.

use airlock_connector::http::{Method, Response};

use crate::webapi::headers::CallOptions;

/// Most requests that the service takes in one batch, those within change sets counted.
pub const MOST: usize = 1_000;

/// One request of a batch.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its number, by which later requests of its change set refer to it as `$number`. No two requests
    /// of a batch have the same.
    pub number: usize,
    /// The method.
    pub method: Method,
    /// Absolute URL, or one that begins with a reference: `$1/primarycontactid/$ref`.
    pub url: String,
    /// What goes into its headers. It inherits none of the batch.
    pub options: CallOptions,
    /// The body, which is JSON.
    pub body: Option<Vec<u8>>,
}

/// What a batch consists of.
#[derive(Clone, Debug)]
pub enum Item {
    /// A request that succeeds or fails alone.
    Single(Part),
    /// Requests that succeed or fail together; none of them reads.
    ChangeSet(Vec<Part>),
}

impl Item {
    /// Its requests.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Single(part) => std::slice::from_ref(part),
            Self::ChangeSet(parts) => parts,
        }
    }
}

/// What became of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The service answered it. A failure in a change set has undone the others of the set.
    Answered(Response),
    /// Another request of its change set failed, so it was undone or never begun.
    Undone,
    /// Its change set was undone with this answer, and the service does not say by which request.
    UndoneBy(Response),
    /// A request before it failed, so it was not begun.
    NotBegun,
}
