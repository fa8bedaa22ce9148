//! Rule: files of a crate import each other in one direction. An arrow runs from a file to the one that defines what
//! it names, in `use` and in code, through every face that hands names on; tests are no part of it.

mod loops;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::code::Code;
use crate::known::Known;
use crate::{Fault, Tree};

use loops::circles;

/// What each file takes from which, by name.
pub type Arrows = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// Every circle that is not known, and every known one that is open.
///
/// # Errors
/// Says which file could not be read.
pub fn faults(tree: &Tree, known: &Known) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    let mut met = BTreeSet::new();
    for package in &tree.packages {
        for root in tree.roots(package) {
            let arrows = arrows(tree, &root)?;
            for circle in circles(&arrows) {
                let covers = |entry: &crate::known::Circle| {
                    circle
                        .iter()
                        .all(|file| entry.files.contains(&file.display().to_string()))
                };
                match known.circle.iter().position(covers) {
                    Some(entry) => drop(met.insert(entry)),
                    None => faults.push(told(&circle, &arrows)),
                }
            }
        }
    }
    let stale = known
        .circle
        .iter()
        .enumerate()
        .filter(|(entry, _)| !met.contains(entry));
    faults.extend(stale.map(|(_, entry)| {
        let first = entry
            .files
            .iter()
            .next()
            .map_or("known.toml", String::as_str);
        Fault::new(first, "is in no circle any more: strike it from known.toml")
    }));
    Ok(faults)
}

/// The arrows between the files of the crate that begins with `root`.
///
/// # Errors
/// Says which file could not be read.
pub fn arrows(tree: &Tree, root: &Path) -> Result<Arrows, Fault> {
    let code = Code::read(tree, root)?;
    let mut arrows = Arrows::new();
    for (at, module) in &code.modules {
        // What is handed on ties nobody to it; where it is used here as well, its name stands in the code.
        let imported = module
            .found
            .imports
            .iter()
            .filter(|import| !import.handed_on);
        let imported = imported.map(|import| (&import.path, import.name == "*"));
        let named = module.found.paths.iter().map(|path| (path, false));
        for (path, whole) in imported.chain(named) {
            let Some(end) = code.resolve(at, path) else {
                continue;
            };
            let Some(target) = code.modules.get(&end.module) else {
                continue;
            };
            // A module as a whole is taken by what is taken through it.
            let name = match (end.name, whole) {
                (Some(name), _) => name,
                (None, true) => "*".to_owned(),
                (None, false) => continue,
            };
            if target.file != module.file {
                let from = arrows.entry(module.file.clone()).or_default();
                from.entry(target.file.clone()).or_default().insert(name);
            }
        }
    }
    Ok(arrows)
}

fn told(circle: &BTreeSet<PathBuf>, arrows: &Arrows) -> Fault {
    let ties = circle
        .iter()
        .flat_map(|from| {
            arrows
                .get(from)
                .into_iter()
                .flatten()
                .map(move |tie| (from, tie))
        })
        .filter(|(_, (to, _))| circle.contains(*to))
        .map(|(from, (to, names))| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!(
                "\n    {} -> {}: {}",
                from.display(),
                to.display(),
                names.join(", ")
            )
        });
    let first = circle.iter().next().cloned().unwrap_or_default();
    let what = format!(
        "{} files import each other in a circle; what both need belongs into a file below them:{}",
        circle.len(),
        ties.collect::<String>()
    );
    Fault::new(first, what)
}

#[cfg(test)]
mod tests;
