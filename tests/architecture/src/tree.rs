//! A checkout: its packages, and its Rust files. The only room that walks folders.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Value;

use crate::manifest::read_table;
use crate::{Fault, Package};

/// A workspace on the disk.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Where the workspace's own `Cargo.toml` lies.
    pub root: PathBuf,
    /// The members that it names.
    pub packages: Vec<Package>,
}

impl Tree {
    /// Reads the manifest of the workspace and that of each member.
    ///
    /// # Errors
    /// Says which manifest is missing or no manifest.
    pub fn read(root: &Path) -> Result<Self, Fault> {
        let workspace = read_table(root, Path::new("Cargo.toml"))?;
        let members = workspace
            .get("workspace")
            .and_then(|workspace| workspace.get("members")?.as_array())
            .ok_or_else(|| Fault::new("Cargo.toml", "has no workspace.members"))?;
        let packages = members
            .iter()
            .filter_map(Value::as_str)
            .map(|member| Package::read(root, Path::new(member)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            root: root.to_owned(),
            packages,
        })
    }

    /// Every Rust file of the packages, from the root.
    ///
    /// # Errors
    /// Says which folder could not be read.
    pub fn sources(&self) -> Result<BTreeSet<PathBuf>, Fault> {
        let mut found = BTreeSet::new();
        for package in &self.packages {
            self.collect(&package.folder, &mut found)?;
        }
        Ok(found)
    }

    /// The files that crates of this package begin with: library, program, further programs.
    pub(crate) fn roots(&self, package: &Package) -> Vec<PathBuf> {
        let src = package.folder.join("src");
        let programs = fs::read_dir(self.root.join(src.join("bin")))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(src.join("bin").join(entry.ok()?.file_name())))
            .filter(|path| path.extension().is_some_and(|end| end == "rs"));
        [src.join("lib.rs"), src.join("main.rs")]
            .into_iter()
            .chain(programs)
            .filter(|path| self.root.join(path).is_file())
            .collect()
    }

    pub(crate) fn text(&self, path: &Path) -> Result<String, Fault> {
        fs::read_to_string(self.root.join(path))
            .map_err(|error| Fault::new(path, error.to_string()))
    }

    fn collect(&self, folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Fault> {
        let unread = |error: std::io::Error| Fault::new(folder, error.to_string());
        for entry in fs::read_dir(self.root.join(folder)).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let path = folder.join(entry.file_name());
            if entry.file_type().map_err(unread)?.is_dir() {
                if entry.file_name() != "target" && entry.file_name() != "node_modules" {
                    self.collect(&path, found)?;
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.insert(path);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Small trees on the disk, to be judged.

    use super::Tree;

    /// A workspace of these packages (folder, manifest), with these files in it besides.
    pub(crate) fn tree_of(
        packages: &[(&str, String)],
        files: &[(&str, &str)],
    ) -> (tempfile::TempDir, Tree) {
        let folder = tempfile::tempdir().unwrap();
        let members: Vec<&str> = packages.iter().map(|(member, _)| *member).collect();
        let workspace = format!("[workspace]\nmembers = {members:?}\n");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("Cargo.toml", &workspace);
        for (member, manifest) in packages {
            write(&format!("{member}/Cargo.toml"), manifest);
        }
        for (path, text) in files {
            write(path, text);
        }
        let tree = Tree::read(folder.path()).unwrap();
        (folder, tree)
    }
}
