//! What the documents claim: each test that `docs/trials.md` names exists, no case is left out, links lead somewhere,
//! and the example of the README is one that gets compiled.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One line of the table: a case that somebody met, and what holds now.
struct Row {
    source: String,
    tests: Vec<String>,
    remark: String,
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn rows(document: &str) -> Vec<Row> {
    document
        .lines()
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| Source") && !line.starts_with("|--")
        })
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(
                cells.len(),
                4,
                "four cells, with blanks around each bar: {line}"
            );
            Row {
                source: cells[0].to_owned(),
                tests: names(cells[2]),
                remark: cells[3].to_owned(),
            }
        })
        .collect()
}

/// The names between backticks.
pub(crate) fn names(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether `path::to::test` is there: the file, and in it the function (or, in a file of golden cases, the name).
pub(crate) fn exists(test: &str) -> Result<(), String> {
    let (path, name) = match test.split_once("::") {
        Some((path, rest)) => (path, rest.rsplit("::").next().unwrap_or(rest)),
        None => return Err("no `::` between file and test".to_owned()),
    };
    let text =
        std::fs::read_to_string(workspace().join(path)).map_err(|error| error.to_string())?;
    let found = if path.ends_with(".rs") {
        text.contains(&format!("fn {name}("))
    } else {
        text.contains(name)
    };
    if found {
        Ok(())
    } else {
        Err(format!("{path} has no {name}"))
    }
}

#[test]
fn each_test_that_the_trials_name_exists() {
    let document = std::fs::read_to_string(workspace().join("docs/trials.md")).unwrap();
    let mut faults = Vec::new();
    for row in rows(&document) {
        if row.tests.is_empty() && row.remark.len() < 12 {
            faults.push(format!("{}: neither a test nor a reason", row.source));
        }
        for test in &row.tests {
            if let Err(fault) = exists(test) {
                faults.push(format!("{}: {test}: {fault}", row.source));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_case_is_left_out_of_the_trials() {
    let document = std::fs::read_to_string(workspace().join("docs/trials.md")).unwrap();
    let told: BTreeSet<String> = rows(&document).into_iter().map(|row| row.source).collect();
    let numbered = [
        ("trials ", 31),
        ("simulator ", 10),
        ("security ", 24),
        ("first-hour D", 15),
    ];
    let missing: Vec<String> = numbered
        .iter()
        .flat_map(|(kind, last)| (1..=*last).map(move |number| format!("{kind}{number}")))
        .filter(|case| !told.contains(case))
        .collect();
    assert!(missing.is_empty(), "not told: {}", missing.join(", "));
}

/// The documents that people read, from the workspace's root.
fn documents() -> Vec<PathBuf> {
    let folder = |path: &str| {
        std::fs::read_dir(workspace().join(path))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect::<Vec<PathBuf>>()
    };
    [
        folder("."),
        folder("docs"),
        folder("docs/reference"),
        folder("docs/adr"),
        folder("simulator/dataverse"),
    ]
    .concat()
    .into_iter()
    .filter(|path| path.extension().is_some_and(|end| end == "md"))
    .collect()
}

/// Where the links of a text lead within this repository, without the place on the page.
fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let mut faults = Vec::new();
    let mut found = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for target in links(&text) {
            found += 1;
            if !document.with_file_name(target).exists() {
                faults.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(found > 20, "only {found} links");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_example_of_the_readme_is_compiled_as_a_documentation_test() {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    // `no_run` compiles; `ignore` and `text` would not.
    let example = readme.split("```rust,no_run\n").nth(1).unwrap();
    assert!(example.split("```").next().unwrap().contains("Host::open"));
    assert_eq!(readme.matches("```rust").count(), 1);
    let library = workspace().join("host/runtime/src/lib.rs");
    let library = std::fs::read_to_string(library).unwrap();
    assert!(library.contains("#[cfg(doctest)]\n#[doc = include_str!(\"../../../README.md\")]"));
    // Nothing keeps this library's documentation from being tested.
    let manifest = workspace().join("host/runtime/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    assert!(!manifest.contains("doctest = false"));
}
