//! What a script reads.

use crate::desk::{code, desk, done, err, out};
use serde_json::Value;

const LABEL: &str = "@OData.Community.Display.V1.FormattedValue";

#[test]
fn csv_has_every_chosen_column_in_the_order_asked_for_with_its_label_from_the_start() {
    let words = [
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--select",
        "ownerid,SUBJECT,industrycode",
        "--formatted-values",
        "--fetch-all",
        "-o",
        "csv",
    ];
    let text = done(&desk().run(&words));
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let label = format!("industrycode{LABEL}");
    let owner = format!("_ownerid_value{LABEL}");
    assert_eq!(header[..2], ["_ownerid_value", owner.as_str()]);
    let place = |name: &str| header.iter().position(|column| *column == name);
    assert!(place("subject") < place("industrycode"), "{header:?}");
    // The column is there although no lead has an industry.
    assert_eq!(place(&label), place("industrycode").map(|at| at + 1));
    assert_eq!(header[header.len() - 2..], ["leadid", "@odata.etag"]);
    assert!(text.lines().count() > 5, "{text}");
}

#[test]
fn csv_of_all_columns_loses_none_however_late_it_comes() {
    let words = [
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--formatted-values",
        "--fetch-all",
    ];
    let csv = done(&desk().run(&[&words[..], &["-o", "csv"]].concat()));
    let rows = done(&desk().run(&[&words[..], &["-o", "ndjson"]].concat()));
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        for name in row.as_object().unwrap().keys() {
            assert!(header.contains(&name.as_str()), "{name} not in {header:?}");
        }
    }
}

#[test]
fn csv_of_no_rows_has_its_header() {
    let words = [
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--select",
        "subject,ownerid",
        "--filter",
        "subject eq 'none'",
        "-o",
        "csv",
    ];
    let output = desk().run(&words);
    assert_eq!(done(&output), "subject,_ownerid_value,leadid,@odata.etag\n");
    let all = done(&desk().run(&[
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--filter",
        "subject eq 'none'",
        "-o",
        "csv",
    ]));
    assert!(
        all.starts_with("accountid,") || all.contains(",subject,"),
        "{all}"
    );
}

#[test]
fn csv_of_one_answer_is_stable_and_begins_with_the_row() {
    let id = first_lead();
    let row = done(&desk().run(&[
        "run", "crm", "get-row", "--table", "lead", "--id", &id, "-o", "csv",
    ]));
    assert!(!row.starts_with('@'), "{row}");
    assert!(
        row.lines().next().unwrap().contains("@odata.context"),
        "{row}"
    );
    let made = done(&desk().run(&[
        "run",
        "crm",
        "create-row",
        "--table",
        "task",
        "--set",
        "subject=stable",
        "-o",
        "csv",
    ]));
    // With a value for each or not: what an answer can hold does not depend on how it ended.
    assert_eq!(made.lines().next(), Some("etag,id,notes,outcome"), "{made}");
}

#[test]
fn spreadsheets_are_guarded_against_where_that_is_asked_for() {
    let name = "=cmd|'/c calc'!A1";
    done(&desk().run(&[
        "run",
        "crm",
        "create-row",
        "--table",
        "account",
        "--set",
        &format!("name={name}"),
    ]));
    let words = [
        "run",
        "crm",
        "list-rows",
        "--table",
        "account",
        "--select",
        "name",
        "--filter",
        "startswith(name,'=')",
        "-o",
        "csv",
    ];
    assert!(done(&desk().run(&words)).contains(&format!("\n{name},")));
    let guarded = done(&desk().run(&[&words[..], &["--csv-guard", "--csv-bom"]].concat()));
    assert!(
        guarded.starts_with('\u{feff}') && guarded.contains(&format!("\n'{name},")),
        "{guarded}"
    );
    let wrong = desk().run(&[
        "run",
        "crm",
        "list-rows",
        "--table",
        "account",
        "--csv-guard",
    ]);
    assert_eq!(code(&wrong), Some(2));
    assert!(err(&wrong).contains("-o csv"), "{}", err(&wrong));
}

#[test]
fn a_query_takes_out_what_was_asked_for() {
    let list = [
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--select",
        "subject",
        "--top",
        "2",
    ];
    let ask = |more: &[&str]| desk().run(&[&list[..], more].concat());
    assert_eq!(done(&ask(&["--query", ".rows | length"])), "2\n");
    let names = done(&ask(&["--query", ".rows[].subject"]));
    assert_eq!(names.lines().count(), 2);
    assert!(!names.contains('"'), "{names}");
    let rows = done(&ask(&["--query", "{s: .subject}", "-o", "ndjson"]));
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        assert!(row["s"].is_string(), "{row}");
    }
    let csv = done(&ask(&["--query", "{s: .subject}", "-o", "csv"]));
    assert_eq!(csv.lines().next(), Some("s"));
    let wrong = ask(&["--query", ".rows["]);
    assert_eq!(code(&wrong), Some(2), "{}", err(&wrong));
    assert!(err(&wrong).contains("closing bracket"), "{}", err(&wrong));
}

#[test]
fn a_dry_run_for_programs_is_plain_json() {
    let output = desk().run(&[
        "run",
        "crm",
        "create-row",
        "--table",
        "task",
        "--set",
        "subject=x",
        "--dry-run",
        "-o",
        "json",
    ]);
    let request: Value = serde_json::from_str(&done(&output)).unwrap();
    assert_eq!(request["body"]["subject"], "x");
    assert_eq!(request["body-cut"], false);
    assert!(request["headers"]["content-type"].is_string(), "{request}");
}

#[test]
fn an_answer_that_nobody_takes_is_an_error() {
    let line = format!(
        "exec '{}' run crm list-rows --table lead --top 1 -o json >&-",
        env!("CARGO_BIN_EXE_airlock")
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &line])
        .env("AIRLOCK_DATA_DIR", desk().path().join("data"))
        .env("AIRLOCK_CONFIG", desk().path().join("airlock.toml"))
        .output()
        .unwrap();
    assert_eq!(code(&output), Some(5), "{}", err(&output));
    assert!(
        err(&output).contains("standard output: it is closed"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_trace_tells_requests_apart_by_the_names_of_what_they_ask() {
    let output = desk().run(&[
        "--trace",
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--filter",
        "subject eq 'hush'",
        "--top",
        "1",
    ]);
    done(&output);
    let trace = err(&output);
    assert!(trace.contains("?$select&$filter"), "{trace}");
    assert!(!trace.contains("hush"), "{trace}");
}

pub(crate) fn first_lead() -> String {
    let output = desk().run(&[
        "run",
        "crm",
        "list-rows",
        "--table",
        "lead",
        "--select",
        "leadid",
        "--top",
        "1",
        "--query",
        ".rows[0].leadid",
    ]);
    out(&output).trim().to_owned()
}
