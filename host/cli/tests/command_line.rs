//! The binary itself, as a script sees it: exit codes, what is on which stream, what is never
//! printed. Nothing here needs a service; what does is tested with the real component elsewhere.

#![allow(clippy::unwrap_used)] // Helpers outside test functions may stop too.

use serde_json::Value;
use std::process::{Command, Output, Stdio};

/// A data folder of its own and a binary that knows no other.
struct House(tempfile::TempDir);

impl House {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_airlock"));
        command
            .args(line.split_whitespace())
            .env_clear()
            .env("AIRLOCK_DATA_DIR", self.0.path().join("data"))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn wrong_words_end_with_2_and_say_what_would_be_right() {
    let house = House::new();
    for (line, hint) in [
        ("conection list", "connection"),
        ("connector lst", "list"),
        ("connector list --tennant x", "--tenant"),
        ("connector list -o jso", "json"),
        ("run", "CONNECTION ACTION"),
        ("run nowhere list-rows", "connection add"),
        ("connection replace-secrets nowhere", "connection add"),
        ("action list nowhere", "connection list"),
        ("connector inspect nowhere.wasm", "nowhere.wasm"),
        ("connector list --tenant ACME", "lower-case"),
        ("connector list --config nowhere.toml", "nowhere.toml"),
    ] {
        let output = house.run(line);
        assert_eq!(code(&output), Some(2), "{line}: {}", err(&output));
        assert!(err(&output).contains(hint), "{line}: {}", err(&output));
        assert_eq!(out(&output), "", "{line}");
    }
}

#[test]
fn help_and_version_are_answers() {
    let house = House::new();
    for (line, part) in [
        ("--help", "Exit codes:"),
        ("--version", "airlock "),
        ("run --help", "airlock run CONNECTION ACTION --help"),
        ("connection add --help", "--secret-env"),
        ("connection replace-secrets --help", "the others stay"),
    ] {
        let output = house.run(line);
        assert_eq!(code(&output), Some(0), "{line}");
        assert!(out(&output).contains(part), "{line}: {}", out(&output));
        assert_eq!(err(&output), "", "{line}");
    }
}

#[test]
fn an_error_can_be_one_line_of_json() {
    let house = House::new();
    for line in [
        "--error-format json run nowhere list-rows",
        "connector lst --error-format=json",
    ] {
        let output = house.run(line);
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
        let error: Value = serde_json::from_str(&err(&output)).unwrap();
        assert_eq!(error["error"]["category"], "input", "{error}");
        assert_eq!(error["error"]["exit-code"], 2, "{error}");
    }
}

#[test]
fn a_secret_as_an_argument_is_refused_and_not_repeated() {
    let house = House::new();
    for flag in [
        "--secret client-secret=hunter2",
        "--secret=client-secret=hunter2",
        "--client-secret hunter2",
        "--client-secret=hunter2",
    ] {
        let output = house.run(&format!("connection add c --connector d {flag}"));
        assert_eq!(code(&output), Some(2), "{flag}");
        assert!(err(&output).contains("--secret-file"), "{}", err(&output));
        assert!(!err(&output).contains("hunter2"), "{}", err(&output));
        let output = house.run(&format!("connection replace-secrets c {flag}"));
        assert_eq!(code(&output), Some(2), "{flag}");
        assert!(!err(&output).contains("hunter2"), "{}", err(&output));
    }
}

#[test]
fn what_is_no_component_is_refused_with_advice() {
    let house = House::new();
    let file = house.0.path().join("text.wasm");
    std::fs::write(&file, "not wasm").unwrap();
    let output = house.run(&format!("connector add {}", file.display()));
    assert_eq!(code(&output), Some(2), "{}", err(&output));
    assert!(
        err(&output).contains("connector inspect"),
        "{}",
        err(&output)
    );
}

#[test]
fn nothing_is_coloured_in_a_pipe() {
    let house = House::new();
    for line in ["--help", "run nowhere x", "doctor"] {
        let output = house.run(line);
        assert!(!out(&output).contains('\u{1b}'), "{line}");
        assert!(!err(&output).contains('\u{1b}'), "{line}");
    }
}

#[test]
fn an_empty_house_lists_nothing_and_is_healthy() {
    let house = House::new();
    let output = house.run("connector list -q");
    assert_eq!((code(&output), out(&output).as_str()), (Some(0), "[]\n"));
    assert_eq!(err(&output), "");
    let output = house.run("doctor");
    assert_eq!(code(&output), Some(0), "{}{}", out(&output), err(&output));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_is_a_good_end() {
    let house = House::new();
    let mut child = house
        .command("completions bash")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), err(&output).as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_output_is_told() {
    let house = House::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = house
        .command("completions bash")
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(code(&output), Some(5));
    assert!(err(&output).contains("No space left"), "{}", err(&output));
}

#[cfg(unix)]
#[test]
fn doctor_finds_a_key_that_others_may_read_and_closes_it_when_asked() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::new();
    assert_eq!(code(&house.run("connector list")), Some(0));
    let key = house.0.path().join("data/master.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = house.run("connector list");
    assert_ne!(code(&refused), Some(0));
    let found = house.run("doctor");
    assert_eq!(code(&found), Some(5), "{}", out(&found));
    assert!(out(&found).contains("chmod 600"), "{}", out(&found));
    let fixed = house.run("doctor --fix");
    assert_eq!(code(&fixed), Some(0), "{}{}", out(&fixed), err(&fixed));
    assert_eq!(code(&house.run("connector list")), Some(0));
}

/// Runs in a process of its own, started by the test below.
#[test]
#[ignore = "panics on purpose"]
fn a_defect() {
    airlock_cli::problem::calm_panics();
    panic!("a table has no legs");
}

#[test]
fn a_defect_ends_with_70_and_a_calm_message() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_defect", "--ignored", "--nocapture"])
        .env_remove("AIRLOCK_DEBUG")
        .output()
        .unwrap();
    assert_eq!(code(&output), Some(70));
    let text = err(&output);
    for part in ["a table has no legs", "command_line.rs", "please report it"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("stack backtrace"), "{text}");
}

#[test]
fn state_is_never_made_in_the_folder_that_a_command_happens_to_be_run_in() {
    let house = House::new();
    for line in ["connector list", "doctor", "connection list"] {
        let output = house
            .command(line)
            .env_remove("AIRLOCK_DATA_DIR")
            .current_dir(house.0.path())
            .output()
            .unwrap();
        assert_eq!(code(&output), Some(2), "{line}: {}", err(&output));
        assert!(
            err(&output).contains("AIRLOCK_DATA_DIR"),
            "{line}: {}",
            err(&output)
        );
    }
    assert_eq!(std::fs::read_dir(house.0.path()).unwrap().count(), 0);
}

#[test]
fn no_command_makes_a_new_master_key_beside_a_database_that_another_one_sealed() {
    let house = House::new();
    assert_eq!(code(&house.run("connector list")), Some(0));
    let key = house.0.path().join("data/master.key");
    std::fs::remove_file(&key).unwrap();
    for line in ["connector list", "doctor", "doctor --fix"] {
        let output = house.run(line);
        let told = format!("{}{}", out(&output), err(&output));
        assert_ne!(code(&output), Some(0), "{line}: {told}");
        assert!(told.contains("from a backup"), "{line}: {told}");
        assert!(!key.exists(), "{line}");
    }
}

#[test]
fn the_program_has_no_switch_that_lowers_defences() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_airlock")).unwrap();
    // The egress's own tests look for the same words, and find them.
    let mark = memchr::memmem::find(&program, b"this program can lower its defences");
    assert_eq!(
        mark, None,
        "this program was built in one call with tests that lower defences, so it is not what ships; `make test` \
         builds them apart"
    );
}
