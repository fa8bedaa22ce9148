//! Which files of a graph of arrows reach each other. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Arrows;

/// Files that reach each other, two or more together.
///
/// A module and the files below it may name each other: `mod` ties them anyway, and what the children share stands
/// in their parent. So a circle counts when it stands without the arrows that run down this way, or without those
/// that run up.
pub(super) fn circles(arrows: &Arrows) -> Vec<BTreeSet<PathBuf>> {
    let without = |left_out: fn(&Path, &Path) -> bool| -> Arrows {
        let kept = arrows.iter().map(|(from, targets)| {
            let targets = targets.iter().filter(|(to, _)| !left_out(from, to));
            let targets = targets.map(|(to, names)| (to.clone(), names.clone()));
            (from.clone(), targets.collect())
        });
        kept.collect()
    };
    let mut circles = together(&without(|from, to| is_below(to, from)));
    for circle in together(&without(is_below)) {
        if !circles.iter().any(|other| circle.is_subset(other)) {
            circles.retain(|other| !other.is_subset(&circle));
            circles.push(circle);
        }
    }
    circles
}

/// Whether a file's module lies in the module of the other: `wire/pool.rs` in `wire/mod.rs`, `wire.rs` and `lib.rs`.
fn is_below(file: &Path, parent: &Path) -> bool {
    let named = parent.file_name().and_then(|name| name.to_str());
    let folder = match named {
        Some("mod.rs" | "lib.rs" | "main.rs") => parent.parent().map(Path::to_owned),
        _ => Some(parent.with_extension("")),
    };
    folder.is_some_and(|folder| file.starts_with(folder))
}

fn together(arrows: &Arrows) -> Vec<BTreeSet<PathBuf>> {
    let reached: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = arrows
        .keys()
        .map(|file| (file, reach(file, arrows)))
        .collect();
    let mut circles: Vec<BTreeSet<PathBuf>> = Vec::new();
    for (file, targets) in &reached {
        if circles.iter().any(|circle| circle.contains(*file)) {
            continue;
        }
        let circle: BTreeSet<PathBuf> = targets
            .iter()
            .filter(|other| {
                reached
                    .get(**other)
                    .is_some_and(|back| back.contains(*file))
            })
            .map(|other| (*other).clone())
            .collect();
        if circle.len() > 1 {
            circles.push(circle);
        }
    }
    circles
}

fn reach<'a>(file: &PathBuf, arrows: &'a Arrows) -> BTreeSet<&'a PathBuf> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&PathBuf> = arrows
        .get(file)
        .into_iter()
        .flat_map(BTreeMap::keys)
        .collect();
    while let Some(file) = next.pop() {
        if seen.insert(file) {
            next.extend(arrows.get(file).into_iter().flat_map(BTreeMap::keys));
        }
    }
    seen
}
