//! `docs/parity.md` holds: each rule of the systems that Airlock stands in for is told once, with tests that exist
//! or with the issue that brings it.

use std::collections::BTreeMap;

use super::documents_hold::{exists, names, workspace};

/// How many rules each system has.
const SYSTEMS: [(&str, u32); 9] = [
    ("X", 15),
    ("S000", 32),
    ("S001", 22),
    ("S003", 7),
    ("LG", 11),
    ("S002", 52),
    ("S004", 76),
    ("DV", 73),
    ("PR", 30),
];

const PROVED: &str = "## The actions of a Dynamics connector";
const TO_COME: &str = "## What is still to come";

/// The last cell of each row of a part of the list, by id.
fn rows(part: &str) -> BTreeMap<String, Vec<String>> {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in part.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [id, _, last] = cells.as_slice() else {
            panic!("docs/parity.md: three cells, with blanks around each bar: {line}");
        };
        if *id != "Id" {
            rows.entry((*id).to_owned())
                .or_default()
                .push((*last).to_owned());
        }
    }
    rows
}

/// Why the last cell is no reason for a row to have no test: `19: triggers` is one.
fn no_reason(cell: &str) -> Option<&'static str> {
    let (issue, what) = match cell.split_once(':') {
        Some((issue, what)) => (issue.trim(), what.trim()),
        None => return Some("neither an issue nor a reason, as in `19: triggers`"),
    };
    let numbered = issue == "never" || issue.parse::<u16>().is_ok();
    (!numbered || what.len() < 5).then_some("an issue and what of it, or `never` and why")
}

#[test]
fn every_rule_has_a_test_that_exists_or_the_issue_that_brings_it() {
    let list = std::fs::read_to_string(workspace().join("docs/parity.md")).unwrap();
    let (_, list) = list.split_once(PROVED).unwrap();
    let (proved, to_come) = list.split_once(TO_COME).unwrap();
    let (proved, to_come) = (rows(proved), rows(to_come));
    let mut faults = Vec::new();
    for (system, last) in SYSTEMS {
        for number in 1..=last {
            let id = format!("{system}-{number:02}");
            let fault = match (proved.get(&id), to_come.get(&id)) {
                (None, None) => "is not told",
                (Some(_), Some(_)) => "has a test: take it out of what is still to come",
                (Some(rows), None) | (None, Some(rows)) if rows.len() > 1 => "is told twice",
                _ => continue,
            };
            faults.push(format!("{id} {fault}"));
        }
    }
    let known = |id: &str| {
        let (system, number) = id.split_once('-').unwrap_or_default();
        let number: u32 = number.parse().unwrap_or_default();
        let ours = |(name, last): &(&str, u32)| *name == system && (1..=*last).contains(&number);
        SYSTEMS.iter().any(ours)
    };
    let strangers = proved.keys().chain(to_come.keys()).filter(|id| !known(id));
    faults.extend(strangers.map(|id| format!("{id} is no rule of these systems")));
    for (id, cells) in &proved {
        let tests: Vec<String> = cells.iter().flat_map(|cell| names(cell)).collect();
        if tests.is_empty() {
            faults.push(format!("{id} names no test"));
        }
        let wrong = tests.iter().filter_map(|test| {
            let fault = exists(test).err()?;
            Some(format!("{id}: {test}: {fault}"))
        });
        faults.extend(wrong);
    }
    for (id, cells) in &to_come {
        let wrong = cells.iter().filter_map(|cell| no_reason(cell));
        faults.extend(wrong.map(|fault| format!("{id}: {fault}")));
    }
    assert!(faults.is_empty(), "docs/parity.md:\n{}", faults.join("\n"));
}

#[test]
fn a_reason_names_an_issue_and_what_of_it() {
    for (cell, good) in [
        ("19: triggers", true),
        ("never: the service took it away", true),
        ("later", false),
        ("19:", false),
        ("soon: triggers", false),
    ] {
        assert_eq!(no_reason(cell).is_none(), good, "{cell}");
    }
}
