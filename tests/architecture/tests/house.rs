//! This very house, held against its plan.

use std::path::Path;

use airlock_architecture::known::{self, Known};
use airlock_architecture::layers::{self, Layers};
use airlock_architecture::{Fault, Tree, arrows, circles, length, terminal};

const PLAN: &str = "tests/architecture/layers.toml";
const KNOWN: &str = "tests/architecture/known.toml";

type Outcome = Result<(), Fault>;

fn house() -> Result<(Tree, Layers, Known), Fault> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let tree = Tree::read(root)?;
    let layers = layers::read(&tree, Path::new(PLAN))?;
    let known = known::read(&tree, Path::new(KNOWN))?;
    Ok((tree, layers, known))
}

fn none(faults: &[Fault]) {
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
}

#[test]
fn packages_lean_on_what_stands_below_them() -> Outcome {
    let (tree, layers, _) = house()?;
    assert!(tree.packages.len() > 10, "the packages were not found");
    none(&arrows::faults(&tree, &layers));
    Ok(())
}

#[test]
fn files_import_each_other_in_one_direction() -> Outcome {
    let (tree, _, known) = house()?;
    none(&circles::faults(&tree, &known)?);
    Ok(())
}

#[test]
fn a_long_file_says_why() -> Outcome {
    let (tree, _, known) = house()?;
    assert!(tree.sources()?.len() > 500, "the sources were not found");
    none(&length::faults(&tree, &known)?);
    Ok(())
}

#[test]
fn below_the_command_line_nobody_speaks_to_a_terminal() -> Outcome {
    let (tree, layers, known) = house()?;
    none(&terminal::faults(&tree, &layers, &known)?);
    Ok(())
}

#[test]
fn every_exception_gives_its_reason() -> Outcome {
    let (_, _, known) = house()?;
    let circles = known.circle.iter().map(|entry| &entry.why);
    let files = known
        .long
        .iter()
        .chain(&known.terminal)
        .map(|entry| &entry.why);
    for why in circles.chain(files) {
        assert!(why.len() >= 12, "{why:?} is no reason");
    }
    Ok(())
}
