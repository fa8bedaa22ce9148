//! What is known and not mended yet, or is right in spite of the rule, each with the reason. It shrinks: an entry
//! that nothing answers to is a fault itself.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::{Fault, Tree};

/// The exceptions to each rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Known {
    /// Circles that are still to be opened.
    pub circle: Vec<Circle>,
    /// Long files that cannot say so themselves.
    pub long: Vec<File>,
    /// Files below the command line that name a terminal.
    pub terminal: Vec<File>,
}

/// Files that import each other.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// All of them; a circle among some of them is known too.
    pub files: BTreeSet<String>,
    /// What ties them, and what would open it.
    pub why: String,
}

/// One file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// From the root of the tree.
    pub file: String,
    /// Why it is so.
    pub why: String,
}

/// Reads the exceptions, which lie at `path` from the root of the tree.
///
/// # Errors
/// Says where the text is no such list.
pub fn read(tree: &Tree, path: &Path) -> Result<Known, Fault> {
    toml::from_str(&tree.text(path)?).map_err(|error| Fault::new(path, error.to_string()))
}

/// Takes the faults of known files away, and adds one for each entry that nothing answers to.
pub(crate) fn without_known(faults: Vec<Fault>, known: &[File]) -> Vec<Fault> {
    let met: BTreeSet<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
    let stale: Vec<Fault> = known
        .iter()
        .filter(|entry| !met.contains(entry.file.as_str()))
        .map(|entry| Fault::new(&entry.file, "is known no more: strike it from known.toml"))
        .collect();
    faults
        .into_iter()
        .filter(|fault| known.iter().all(|entry| entry.file != fault.place))
        .chain(stale)
        .collect()
}
