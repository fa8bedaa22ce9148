//! What the documents claim about tests: each test that `docs/trials.md` names exists, and no case is left out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One line of the table: a case that somebody met, and what holds now.
struct Row {
    source: String,
    tests: Vec<String>,
    remark: String,
}

fn workspace() -> PathBuf {
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
fn names(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether `path::to::test` is there: the file, and in it the function (or, in a file of golden cases, the name).
fn exists(test: &str) -> Result<(), String> {
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
