//! Where a path of a module leads: past names that are only handed on, to the module that defines them. A `mod.rs`
//! that hands on its children's names is their face, and no room between them.

use crate::code::{Code, ModulePath};

/// A chain of names handed on is never longer; a longer one runs in a circle.
const CHAIN: usize = 16;

/// What a path ends at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The module that defines it, or that it is.
    pub(crate) module: ModulePath,
    /// The name in it; none when the path names the module.
    pub(crate) name: Option<String>,
}

impl Code {
    /// Follows a path that stands in the module `from`; none when it leads out of the crate.
    pub(crate) fn resolve(&self, from: &[String], path: &[String]) -> Option<End> {
        self.follow(from, path, CHAIN)
    }

    fn follow(&self, from: &[String], path: &[String], chain: usize) -> Option<End> {
        let head = path.first()?;
        match head.as_str() {
            "crate" | "self" | "super" => self.walk(from, path, chain),
            "Self" => None,
            _ => {
                let module = self.modules.get(from)?;
                let known = self.has_child(from, head) || self.has_name(from, head);
                let brought = module.found.imports.iter().any(|i| i.name == "*");
                (known || brought).then(|| self.walk(from, path, chain))?
            }
        }
    }

    fn walk(&self, from: &[String], path: &[String], chain: usize) -> Option<End> {
        let chain = chain.checked_sub(1)?;
        let mut at = from.to_vec();
        let mut rest = path.iter();
        while let Some(name) = rest.next() {
            match name.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => {
                    at.pop()?;
                }
                // `use dial::dial` beside `mod dial`: at a path's end the function is meant.
                _ if self.has_child(&at, name) && (rest.len() > 0 || !self.has_name(&at, name)) => {
                    at.push(name.clone());
                }
                _ => {
                    let left: Vec<String> = rest.cloned().collect();
                    return self.name_in(&at, name, &left, from, chain);
                }
            }
        }
        Some(End {
            module: at,
            name: None,
        })
    }

    /// What `name` means in the module `at`, and where `left` leads from there.
    fn name_in(
        &self,
        at: &[String],
        name: &str,
        left: &[String],
        from: &[String],
        chain: usize,
    ) -> Option<End> {
        let found = &self.modules.get(at)?.found;
        let here = End {
            module: at.to_vec(),
            name: Some(name.to_owned()),
        };
        if found.defines.contains(name) {
            return Some(here);
        }
        if let Some(import) = found.imports.iter().find(|import| import.name == name) {
            let path = [import.path.as_slice(), left].concat();
            return self.follow(at, &path, chain);
        }
        let globs = found.imports.iter().filter(|import| import.name == "*");
        for glob in globs {
            let Some(end) = self.follow(at, &glob.path, chain) else {
                continue;
            };
            let offers = self.has_name(&end.module, name) || self.has_child(&end.module, name);
            if end.name.is_none() && offers {
                let path = [&[name.to_owned()], left].concat();
                return self.walk(&end.module, &path, chain);
            }
        }
        // Made by a macro, perhaps; a lone name here may as well come from outside.
        (at != from).then_some(here)
    }

    /// Whether the module defines or imports such a name.
    fn has_name(&self, at: &[String], name: &str) -> bool {
        self.modules.get(at).is_some_and(|module| {
            module.found.defines.contains(name)
                || module
                    .found
                    .imports
                    .iter()
                    .any(|import| import.name == name)
        })
    }

    fn has_child(&self, at: &[String], name: &str) -> bool {
        let child = [at, &[name.to_owned()]].concat();
        self.modules.contains_key(&child)
    }
}
