//! The reference's table of contents, and which facts the cases leave out.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// The table of contents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    /// In the reference's order.
    #[serde(rename = "section")]
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its number, such as `2.1`.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its facts that no case covers.
    #[serde(default, rename = "left-out")]
    pub left_out: Vec<LeftOut>,
}

/// A fact, or several of one kind, that no case covers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The fact in one line.
    pub fact: String,
    /// Why.
    pub why: String,
}

/// Reads `sections.toml`.
pub fn read() -> anyhow::Result<Sections> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sections.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}
