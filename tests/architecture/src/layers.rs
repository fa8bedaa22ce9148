//! The plan: layers, and who may lean on whom. Data; `arrows` and `terminal` judge by it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::{Fault, Tree};

/// The layer that everyone may lean on.
pub(crate) const GROUND: &str = "ground";

/// Every layer by its name.
pub type Layers = BTreeMap<String, Layer>;

/// What a layer may do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Layer {
    /// Layers that what ships may depend on.
    pub uses: Vec<String>,
    /// Layers that its tests may depend on besides.
    #[serde(default)]
    pub tests_use: Vec<String>,
    /// Whether it may speak of flags, commands and standard streams.
    #[serde(default)]
    pub terminal: bool,
}

/// Reads a table of layers, which lies at `path` from the root of the tree.
///
/// # Errors
/// Says where the text is no such table.
pub fn read(tree: &Tree, path: &Path) -> Result<Layers, Fault> {
    toml::from_str(&tree.text(path)?).map_err(|error| Fault::new(path, error.to_string()))
}
