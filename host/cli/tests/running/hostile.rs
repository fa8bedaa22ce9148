//! Components that attack whoever reads what they say.

use crate::desk::{code, desk, done, err};

/// What a terminal would obey.
fn is_obeyed(one: char) -> bool {
    (one.is_control() && !matches!(one, '\n' | '\r' | '\t')) || one == '\u{202e}'
}

#[test]
fn a_form_without_end_is_shown_and_run() {
    for guest in ["schema_items", "schema_fork", "schema_alike"] {
        let tenant = desk().guest(guest);
        for words in [
            vec!["--tenant", &tenant, "run", "crm", "run", "--help"],
            vec!["--tenant", &tenant, "run", "crm", "run", "--x", "1"],
            vec![
                "--tenant", &tenant, "action", "describe", "crm", "run", "-o", "json",
            ],
            vec!["--tenant", &tenant, "choices", "crm", "x"],
        ] {
            let output = desk().run(&words);
            assert_eq!(
                code(&output),
                Some(0),
                "{guest} {words:?}: {}",
                err(&output)
            );
        }
    }
}

#[test]
fn nothing_that_a_component_says_drives_the_terminal() {
    let tenant = desk().guest("painter");
    let commands: [&[&str]; 12] = [
        &["run", "crm", "run", "--help"],
        &["run", "crm", "run", "-h"],
        &["run", "crm", "run", "--nosuch"],
        &["run", "crm", "run", "--y", "wrong"],
        &["run", "crm", "--help"],
        &["action", "describe", "crm", "run"],
        &["run", "crm", "run"],
        &["run", "crm", "run", "-o", "json"],
        &["run", "crm", "run", "-o", "csv"],
        &["run", "crm", "run", "-o", "yaml"],
        &["run", "crm", "stream", "-o", "ndjson"],
        &["run", "crm", "stream", "-o", "csv"],
    ];
    for words in commands {
        let seen = desk().seen(&[&["--tenant", &tenant], words].concat(), 100);
        assert!(!seen.contains(is_obeyed), "{words:?}: {seen:?}");
        assert!(!seen.trim().is_empty(), "{words:?}");
    }
    // In a pipe a value is what it is.
    let piped = desk().run(&["--tenant", &tenant, "run", "crm", "run", "-o", "csv"]);
    assert!(done_or_cut(&piped).contains('\u{1b}'));
}

#[test]
fn a_row_without_end_is_refused_as_csv_and_passed_on_as_lines() {
    let tenant = desk().guest("streamer");
    desk().file("endless.json", b"{\"end\":\"summary\"}");
    desk().file("long.json", b"{\"bytes\":3000000,\"end\":\"summary\"}");
    let run = |format: &str, input: &str| {
        desk().run(&[
            "--tenant", &tenant, "run", "crm", "stream", "-o", format, "--input", input,
        ])
    };
    let refused = run("csv", "endless.json");
    assert_eq!(code(&refused), Some(70), "{}", err(&refused));
    assert!(
        err(&refused).contains("longer than 128 MiB"),
        "{}",
        err(&refused)
    );
    assert_eq!(done(&run("ndjson", "long.json")).len(), 3_000_001);
}

fn done_or_cut(output: &std::process::Output) -> String {
    assert!(matches!(code(output), Some(0 | 6)), "{}", err(output));
    crate::desk::out(output)
}
