//! Who signed in at which browser: what [`session`](super::session) reads and writes.
//!
//! Layer: token, data.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::Person;

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub(super) struct SignedIn {
    pub(super) person: Person,
    /// When, in Unix seconds.
    pub(super) at: i64,
}

/// All browsers.
#[derive(Debug, Default)]
pub(super) struct Sessions(pub(super) Mutex<HashMap<String, Vec<SignedIn>>>);
