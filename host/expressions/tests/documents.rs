//! The page of functions is what the functions are, and each row of the list names a test that exists.
//!
//! `AIRLOCK_WRITE_REFERENCE=1` writes the page's tables anew; `make reference` does.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers outside test functions may stop too.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use airlock_expressions::functions;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const HEADING: &str = "## Functions\n";

/// The part of the page that is made of the table of functions.
fn generated() -> String {
    let mut text = format!(
        "{HEADING}\n{} functions. `?` marks what may be left out, `…` that there may be more.\n",
        functions().count()
    );
    let mut family = "";
    for function in functions() {
        if function.family != family {
            family = function.family;
            write!(text, "\n### {family}\n\n| Function | Gives |\n|---|---|\n").unwrap();
        }
        writeln!(text, "| `{}` | {} |", function.signature, function.summary).unwrap();
    }
    text
}

#[test]
fn the_page_of_functions_is_what_the_functions_are() {
    let path = workspace().join("docs/expressions.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let before = page.split(HEADING).next().unwrap();
    let wanted = format!("{before}{}", generated());
    if std::env::var_os("AIRLOCK_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(
        page == wanted,
        "docs/expressions.md is not what the functions are: `make reference` writes it anew"
    );
}

#[test]
fn the_table_of_functions_has_each_name_once() {
    let names: Vec<String> = functions()
        .map(|function| function.name.to_lowercase())
        .collect();
    let once: BTreeSet<&String> = names.iter().collect();
    assert_eq!(once.len(), names.len());
    assert_eq!(names.len(), 125);
}

/// A row of the list: its id, and the tests that it names.
fn rows() -> Vec<(String, Vec<String>)> {
    let list = std::fs::read_to_string(workspace().join("docs/parity.md")).unwrap();
    list.lines()
        .filter(|line| line.starts_with("| EX-") || line.starts_with("| FN-"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [id, _, tests] = cells.as_slice() else {
                panic!("three cells, with blanks around each bar: {line}");
            };
            let tests = tests
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            ((*id).to_owned(), tests)
        })
        .collect()
}

/// Whether `path::name` is there: a function in a file of Rust, a rule in a file of cases.
fn exists(test: &str) -> Result<(), String> {
    let (path, name) = test
        .split_once("::")
        .ok_or("no `::` between file and test")?;
    let text =
        std::fs::read_to_string(workspace().join(path)).map_err(|error| error.to_string())?;
    let found = match Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("rs") => text.contains(&format!("fn {name}(")),
        _ => text.contains(&format!("\"rule\": \"{name}\"")),
    };
    if found {
        Ok(())
    } else {
        Err(format!("{path} has no {name}"))
    }
}

#[test]
fn each_test_that_the_list_names_for_the_language_exists() {
    let mut faults = Vec::new();
    for (id, tests) in rows() {
        if tests.is_empty() {
            faults.push(format!("{id}: no test"));
        }
        faults.extend(tests.iter().filter_map(|test| {
            exists(test)
                .err()
                .map(|fault| format!("{id}: {test}: {fault}"))
        }));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_rule_of_the_language_is_left_out_of_the_list() {
    let told: Vec<String> = rows().into_iter().map(|(id, _)| id).collect();
    let wanted: Vec<String> = (1..=12)
        .map(|number| format!("EX-{number:02}"))
        .chain((1..=38).map(|number| format!("FN-{number:02}")))
        .collect();
    assert_eq!(told, wanted);
}

#[test]
fn a_test_that_does_not_exist_is_found() {
    assert!(
        exists("host/expressions/tests/documents.rs::a_test_that_does_not_exist_is_found").is_ok()
    );
    assert!(exists("host/expressions/tests/cases/language.jsonl::EX-01").is_ok());
    assert!(exists(concat!("host/expressions/tests/documents.rs::", "nowhere")).is_err());
    assert!(exists("host/expressions/tests/cases/language.jsonl::FN-99").is_err());
    assert!(exists("host/expressions/tests/none.rs::x").is_err());
}
