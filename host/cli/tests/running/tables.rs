//! What a person sees.

use crate::desk::{desk, done};
use crate::formats::first_lead;

#[test]
fn a_table_of_which_no_columns_were_named_begins_with_what_names_a_row() {
    let seen = desk().seen(
        &[
            "run",
            "crm",
            "list-rows",
            "--table",
            "account",
            "--top",
            "3",
        ],
        110,
    );
    let header = seen.lines().next().unwrap();
    let mut names = header.split_whitespace();
    assert_eq!(names.next(), Some("name"), "{seen}");
    assert_eq!(names.next(), Some("accountid"), "{seen}");
    assert!(
        seen.lines().all(|line| line.chars().count() <= 110),
        "{seen}"
    );
}

#[test]
fn columns_named_are_shrunk_to_fit_and_numbers_stand_right() {
    let words = [
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--select",
        "subject,companyname,fullname,revenue",
        "--formatted-values",
        "--top",
        "5",
    ];
    let seen = desk().seen(&words, 60);
    let header = seen.lines().next().unwrap();
    for name in ["subject", "company", "fullname", "revenue"] {
        assert!(header.contains(name), "{name} not in {seen}");
    }
    assert!(
        !header.contains("leadid") && !header.contains("_transactioncurrencyid_value"),
        "{seen}"
    );
}

#[test]
fn no_rows_are_said() {
    let seen = desk().seen(
        &[
            "run",
            "crm",
            "list-rows",
            "--table",
            "lead",
            "--filter",
            "subject eq 'none'",
        ],
        80,
    );
    assert_eq!(seen.trim(), "no rows");
}

#[test]
fn one_row_is_a_record_to_a_person_and_json_to_a_program() {
    let id = first_lead();
    let words = ["run", "crm", "get-row", "--table", "lead", "--id", &id];
    let seen = desk().seen(&words, 100);
    assert!(seen.trim_start().starts_with("fullname"), "{seen}");
    assert!(!seen.contains("@odata"), "{seen}");
    assert!(seen.contains("without a value left out"), "{seen}");
    assert!(done(&desk().run(&words)).starts_with('{'));
}
