//! Help of an action.

use crate::desk::{code, desk, done, err};

#[test]
fn every_action_shows_how_it_is_used() {
    for action in [
        "list-rows",
        "get-row",
        "create-row",
        "update-row",
        "upsert-row",
        "delete-row",
        "get-current-user",
        "raw-request",
    ] {
        for flag in ["-h", "--help"] {
            let help = done(&desk().run(&["run", "crm", action, flag]));
            let example = format!("\n  airlock run crm {action}");
            assert!(
                help.contains("Examples:") && help.contains(&example),
                "{help}"
            );
        }
    }
}

#[test]
fn an_example_of_the_help_runs_as_it_stands() {
    let help = done(&desk().run(&["run", "crm", "list-rows", "--help"]));
    let lines = help
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("airlock run crm list-rows"));
    let lines: Vec<&str> = lines.collect();
    assert!(lines.len() > 1, "{help}");
    for line in lines {
        let line = line.replacen("airlock", env!("CARGO_BIN_EXE_airlock"), 1);
        let output = std::process::Command::new("sh")
            .args(["-c", &line])
            .env("AIRLOCK_DATA_DIR", desk().path().join("data"))
            .env("AIRLOCK_CONFIG", desk().path().join("airlock.toml"))
            .output()
            .unwrap();
        assert_eq!(code(&output), Some(0), "{line}: {}", err(&output));
    }
}

#[test]
fn help_names_the_connection_and_where_columns_are_listed() {
    let help = done(&desk().run(&["run", "crm", "create-row", "--help"]));
    assert!(help.contains("airlock choices crm tables"), "{help}");
    assert!(
        help.contains("airlock action describe crm create-row --form table=task"),
        "{help}"
    );
    let columns = desk().run(&[
        "action",
        "describe",
        "crm",
        "create-row",
        "--form",
        "table=task",
        "-o",
        "table",
    ]);
    assert!(done(&columns).contains("scheduledend"));
}

#[test]
fn help_fits_a_terminal_of_40_columns() {
    let seen = desk().seen(&["run", "crm", "list-rows", "-h"], 40);
    for line in seen.lines().filter(|line| !line.starts_with("Usage:")) {
        // A word that is longer than the line cannot be helped.
        let words = line.split_whitespace().count();
        assert!(
            words < 2 || line.chars().count() <= 40,
            "{line:?} in\n{seen}"
        );
    }
    let narrow = seen
        .lines()
        .filter(|line| line.split_whitespace().count() == 1);
    assert!(
        narrow.count() * 4 < seen.lines().count(),
        "one word a line: {seen}"
    );
}
