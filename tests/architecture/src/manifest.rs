//! One package as its manifest tells of it: its layer, and on whom it leans. Reads, judges nothing.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::Fault;

/// A package of the workspace.
#[derive(Clone, Debug)]
pub struct Package {
    /// What other manifests call it.
    pub name: String,
    /// Its folder, from the root of the tree.
    pub folder: PathBuf,
    /// `layer` of `[package.metadata.airlock]`.
    pub layer: Option<String>,
    /// Every dependency, third-party ones too.
    pub needs: Vec<Need>,
}

/// One dependency.
#[derive(Clone, Debug)]
pub struct Need {
    /// The package's own name, however it is renamed here.
    pub name: String,
    /// Whether only tests, examples and benchmarks have it.
    pub for_tests: bool,
}

impl Package {
    pub(crate) fn manifest(&self) -> PathBuf {
        self.folder.join("Cargo.toml")
    }

    pub(crate) fn read(root: &Path, folder: &Path) -> Result<Self, Fault> {
        let manifest = read_table(root, &folder.join("Cargo.toml"))?;
        let package = manifest.get("package").and_then(Value::as_table);
        let name = package
            .and_then(|package| package.get("name")?.as_str())
            .ok_or_else(|| Fault::new(folder.join("Cargo.toml"), "has no package.name"))?;
        let layer = package.and_then(|package| {
            package
                .get("metadata")?
                .get("airlock")?
                .get("layer")?
                .as_str()
        });
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            layer: layer.map(str::to_owned),
            needs: needs(&manifest),
        })
    }
}

pub(crate) fn read_table(root: &Path, path: &Path) -> Result<Table, Fault> {
    let text =
        fs::read_to_string(root.join(path)).map_err(|error| Fault::new(path, error.to_string()))?;
    text.parse()
        .map_err(|error: toml::de::Error| Fault::new(path, error.to_string()))
}

/// The dependencies of a manifest, those for one platform included.
fn needs(manifest: &Table) -> Vec<Need> {
    let platforms = manifest
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table);
    std::iter::once(manifest)
        .chain(platforms)
        .flat_map(|table| {
            [
                ("dependencies", false),
                ("build-dependencies", false),
                ("dev-dependencies", true),
            ]
            .into_iter()
            .filter_map(|(kind, for_tests)| Some((table.get(kind)?.as_table()?, for_tests)))
        })
        .flat_map(|(listed, for_tests)| {
            listed.iter().map(move |(alias, details)| Need {
                name: details
                    .get("package")
                    .and_then(Value::as_str)
                    .unwrap_or(alias)
                    .to_owned(),
                for_tests,
            })
        })
        .collect()
}
