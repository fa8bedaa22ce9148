//! This very house, held against its plan.

use std::collections::BTreeSet;
use std::path::Path;

use airlock_architecture::known::{self, Known};
use airlock_architecture::layers::{self, Layers};
use airlock_architecture::{Fault, Tree, arrows, circles, length, terminal};

const PLAN: &str = "tests/architecture/layers.toml";
const KNOWN: &str = "tests/architecture/known.toml";

type Outcome = Result<(), Fault>;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn house() -> Result<(Tree, Layers, Known), Fault> {
    let tree = Tree::read(root())?;
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

#[test]
fn each_journey_goes_through_files_that_are_there_as_many_as_its_table_says() {
    let text = std::fs::read_to_string(root().join("docs/journeys.md")).unwrap_or_default();
    let mut journeys = 0;
    for part in text.split("\n## ").skip(1) {
        let title = part.lines().next().unwrap_or_default();
        let quoted = part.split('`').skip(1).step_by(2);
        let files: BTreeSet<&str> = quoted.filter(|word| word.ends_with(".rs")).collect();
        for file in &files {
            assert!(root().join(file).is_file(), "{title}: {file} is not there");
        }
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| {title} |")));
        let now = row.and_then(|row| row.split('|').nth(3)).map(str::trim);
        assert_eq!(now, Some(files.len().to_string().as_str()), "{title}");
        journeys += 1;
    }
    assert_eq!(journeys, 4);
}
