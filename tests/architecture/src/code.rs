//! One crate as modules: which file each lies in, and what stands in it. Follows `mod` from file to file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::tokens::{self, Found};
use crate::{Fault, Tree};

/// Names from the crate's root downwards; the root itself has none.
pub(crate) type ModulePath = Vec<String>;

/// Every module of a crate but those of its tests.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub(crate) modules: BTreeMap<ModulePath, Module>,
}

/// One module.
#[derive(Debug)]
pub(crate) struct Module {
    /// From the root of the tree.
    pub(crate) file: PathBuf,
    pub(crate) found: Found,
}

impl Code {
    /// Reads the crate that begins with this file.
    pub(crate) fn read(tree: &Tree, root: &Path) -> Result<Self, Fault> {
        let mut code = Self::default();
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        code.add_file(tree, Vec::new(), root, &folder)?;
        Ok(code)
    }

    /// Adds the module of a file; the files of its own modules lie in `folder`.
    fn add_file(
        &mut self,
        tree: &Tree,
        at: ModulePath,
        file: &Path,
        folder: &Path,
    ) -> Result<(), Fault> {
        let found = tokens::read(&tree.text(file)?).map_err(|error| Fault::new(file, error))?;
        self.add(tree, at, file, folder, found)
    }

    fn add(
        &mut self,
        tree: &Tree,
        at: ModulePath,
        file: &Path,
        folder: &Path,
        mut found: Found,
    ) -> Result<(), Fault> {
        let below = |name: &str| [at.as_slice(), &[name.to_owned()]].concat();
        for (name, inner) in std::mem::take(&mut found.inline) {
            self.add(tree, below(&name), file, &folder.join(&name), inner)?;
        }
        for (name, path) in std::mem::take(&mut found.files) {
            let beside = file.parent().unwrap_or(Path::new(""));
            let inside = folder.join(&name);
            let child = [
                path.map(|path| beside.join(path)),
                Some(inside.with_extension("rs")),
                Some(inside.join("mod.rs")),
            ]
            .into_iter()
            .flatten()
            .find(|path| tree.root.join(path).is_file());
            // What a build script writes lies elsewhere, and is nobody's house.
            if let Some(child) = child {
                self.add_file(tree, below(&name), &child, &inside)?;
            }
        }
        let module = Module {
            file: file.to_owned(),
            found,
        };
        self.modules.insert(at, module);
        Ok(())
    }
}
