//! What `-v` says, what lists show, and what help says on a narrow terminal.

use crate::dialogue::dialogue;
use crate::house::{House, component, done, err, json, out};

#[test]
fn v_says_what_is_used_and_what_is_asked() {
    let house = House::connected();
    let list = [
        "-v",
        "run",
        "contoso",
        "list-rows",
        "--table",
        "lead",
        "--top",
        "1",
    ];
    let text = err(&house.run(&list));
    for part in [
        &house.data().display().to_string(),
        &house.file("airlock.toml").display().to_string(),
        "contoso (client-credentials)",
        "dynamics 0.1.0, sha256:",
        "token asked POST",
        "request     GET",
        "/leads → 200 in ",
    ] {
        assert!(text.contains(part), "{part} not in\n{text}");
    }
    let again = err(&house.run(&list));
    assert!(again.contains("token       from the cache"), "{again}");
    assert!(!again.contains("token asked"), "{again}");
    assert!(err(&house.run(&["-vv", "connection", "test", "contoso"])).contains("egress allow"));
}

#[test]
fn lists_have_typed_members_for_programs_and_fit_eighty_columns_for_people() {
    let house = House::connected();
    let actions = json(&house.run(&["action", "list", "contoso", "-o", "json"]));
    assert_eq!(actions[0]["does"]["read-only"], true, "{actions}");
    let operations = house.run(&[
        "action",
        "list",
        "contoso",
        "--dialect",
        "power-automate",
        "-o",
        "json",
    ]);
    let operations = json(&operations);
    assert_eq!(operations[0]["name"], "ListRecords", "{operations}");
    assert_eq!(operations[0]["stands-for"], "list-rows", "{operations}");
    let other = house.run(&["action", "list", "contoso", "--dialect", "power-automat"]);
    assert!(
        err(&other).contains("did you mean \"power-automate\"?"),
        "{}",
        err(&other)
    );
    for list in ["connection", "connector"] {
        let text = out(&house.run(&[list, "list", "-o", "table"]));
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }
}

#[test]
fn help_says_where_files_are_looked_for_and_what_exits_mean() {
    let house = House::empty();
    let text = out(&house.run(&["--help"]));
    for part in [
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "  7  ",
        "  8  ",
        "retry-after-ms",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let text = out(&house.run(&["completions", "--help"]));
    assert!(text.contains("bash-completion/completions"), "{text}");
    for command in [
        &["--help"][..],
        &["connection", "add", "--help"],
        &["doctor", "-h"],
    ] {
        let mut narrow = house.command(command);
        let text = out(&narrow.env("COLUMNS", "40").output().unwrap());
        let lone = |line: &str| line.starts_with(&" ".repeat(30));
        assert!(!text.lines().any(lone), "{text}");
    }
}

#[test]
fn the_configuration_is_found_where_configurations_lie() {
    let house = House::empty();
    let folder = house.file("config/airlock");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("airlock.toml"),
        "[egress]\nallow-loopback = true\n",
    )
    .unwrap();
    let mut doctor = house.command(&["doctor"]);
    let found = doctor
        .env("XDG_CONFIG_HOME", house.file("config"))
        .output()
        .unwrap();
    done(&found);
    assert!(
        out(&found).contains("config/airlock/airlock.toml"),
        "{}",
        out(&found)
    );
    assert!(out(&found).contains("allow-loopback"), "{}", out(&found));
}

#[test]
fn a_component_that_is_compiled_is_announced_to_whoever_waits() {
    let house = House::new();
    std::fs::remove_dir_all(house.data().join("cache")).unwrap();
    let add = format!("connector add {}", component().display());
    let Some((first, 0)) = dialogue(&house, &add, &[]) else {
        return;
    };
    assert!(first.contains("compiling the component ("), "{first}");
    let (again, _) = dialogue(&house, &add, &[]).unwrap();
    assert!(!again.contains("compiling"), "{again}");
}
