//! Completion, as a real bash asks for it.

use crate::house::{House, done, out};
use std::process::{Command, Output};

/// What bash would offer for these words, cut as bash cuts them.
fn offered(house: &House, words: &[&str]) -> Vec<String> {
    let output = ask(house, words);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{words:?}");
    text.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn ask(house: &House, words: &[&str]) -> Output {
    let script = house.file("airlock.bash");
    std::fs::write(&script, out(&house.run(&["completions", "bash"]))).unwrap();
    let mut bash = Command::new("bash");
    house.surround(&mut bash);
    bash.env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AIRLOCK_COMPLETION_MS", "60000")
        .args(["--norc", "--noprofile", "-c"])
        .arg("source \"$1\"; airlock=$2; shift 2; COMP_WORDS=(airlock \"$@\"); COMP_CWORD=$#; _airlock \"$airlock\"; printf '%s\\n' \"${COMPREPLY[@]}\"")
        .args(["bash", &script.display().to_string(), env!("CARGO_BIN_EXE_airlock")])
        .args(words)
        .output()
        .unwrap()
}

#[test]
fn names_of_all_that_is_kept_are_completed() {
    let house = House::connected();
    for (words, expected) in [
        (vec!["conn"], vec!["connector", "connection"]),
        (vec!["connection", "sho"], vec!["show"]),
        (vec!["connection", "show", ""], vec!["contoso"]),
        (vec!["connection", "rm", "con"], vec!["contoso"]),
        (vec!["connector", "remove", ""], vec!["dynamics"]),
        (vec!["--tenant", ""], vec!["default"]),
        (vec!["run", ""], vec!["contoso"]),
        (vec!["run", "contoso", "list-ro"], vec!["list-rows"]),
        (
            vec!["action", "describe", "contoso", "get-ro"],
            vec!["get-row"],
        ),
        (
            vec!["choices", "contoso", ""],
            vec!["actions", "columns", "functions", "tables"],
        ),
        (vec!["connection", "list", "-o", "js"], vec!["json"]),
        (
            vec!["connection", "list", "--output", "=", "js"],
            vec!["json"],
        ),
        (
            vec!["connection", "add", "x", "--kind", "client"],
            vec!["client-credentials"],
        ),
        (
            vec!["connection", "add", "x", "--setting", "web"],
            vec!["web-api-url="],
        ),
        (
            vec![
                "connection",
                "add",
                "x",
                "--kind",
                "client-credentials",
                "--secret-env",
                "client-s",
            ],
            vec!["client-secret="],
        ),
        (vec!["completions", "ba"], vec!["bash"]),
    ] {
        assert_eq!(offered(&house, &words), expected, "{words:?}");
    }
}

#[test]
fn an_actions_own_flags_tables_and_columns_are_completed() {
    let house = House::connected();
    let list = ["run", "contoso", "list-rows"];
    let after = |words: &[&str]| offered(&house, &[&list[..], words].concat());
    assert_eq!(after(&["--tab"]), ["--table"]);
    assert_eq!(after(&["--table", "lea"]), ["lead"]);
    assert_eq!(after(&["--table", "=", "lea"]), ["lead"]);
    assert_eq!(
        after(&["--table", "lead", "--select", "fullname,subj"]),
        ["fullname,subject"]
    );
    assert_eq!(after(&["--fetch-all", "=", "t"]), ["true"]);
    let set = [
        "run",
        "contoso",
        "create-row",
        "--table",
        "lead",
        "--set",
        "lastn",
    ];
    assert_eq!(offered(&house, &set), ["lastname="]);
    // What was asked for once is remembered, and is nobody else's business.
    let kept = std::fs::read_dir(house.data().join("completions")).unwrap();
    for file in kept {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn what_cannot_be_found_out_is_no_reason_to_write_into_the_line() {
    let house = House::connected();
    // The way to the service is closed, and so are its tables.
    house.configure("");
    for words in [
        vec!["run", "contoso", "list-rows", "--table", ""],
        vec!["run", "nowhere", ""],
        vec!["run", "contoso", "no-such-action", "--t"],
        vec!["--tenant", "NOT A TENANT", "connection", "show", ""],
        vec!["--config", "gone.toml", "connection", "show", ""],
        vec!["--nonsense", "x"],
    ] {
        assert_eq!(offered(&house, &words), Vec::<String>::new(), "{words:?}");
    }
    done(&ask(&house, &["run", "nowhere", ""]));
}

#[test]
fn files_are_completed_where_files_are_meant() {
    let house = House::connected();
    std::fs::write(house.file("input one.json"), "{}").unwrap();
    assert_eq!(
        offered(&house, &["run", "contoso", "list-rows", "--input", "inp"]),
        ["input one.json"]
    );
    assert_eq!(
        offered(&house, &["connection", "import", "inp"]),
        ["input one.json"]
    );
}

#[test]
fn every_shell_has_a_script() {
    let house = House::empty();
    for (shell, part) in [
        ("bash", "complete -F _airlock airlock"),
        ("zsh", "#compdef airlock"),
        ("fish", "complete -c airlock"),
        ("elvish", "airlock"),
        ("powershell", "airlock"),
    ] {
        let output = house.run(&["completions", shell]);
        done(&output);
        assert!(out(&output).contains(part), "{shell}");
    }
}
