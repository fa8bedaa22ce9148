//! The doctor changes nothing while it looks, sees what caches hide, and never makes a thing worse.

use crate::house::{House, code, done, err, out};
use std::path::PathBuf;

/// The one component in a folder, beside whatever else its keeper has there.
fn component(folder: PathBuf) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap();
    let size = |path: &PathBuf| std::fs::metadata(path).unwrap().len();
    files
        .map(|file| file.unwrap().path())
        .max_by_key(size)
        .unwrap()
}

#[test]
fn looking_makes_no_folder_and_no_key() {
    let house = House::empty();
    let found = house.run(&["doctor"]);
    done(&found);
    assert!(
        out(&found).contains("nothing is kept yet"),
        "{}",
        out(&found)
    );
    assert!(!house.data().exists());
}

#[test]
fn a_key_that_is_gone_is_missed_and_not_made_anew() {
    let house = House::connected();
    let key = house.data().join("master.key");
    std::fs::remove_file(&key).unwrap();
    for words in [&["doctor"][..], &["doctor", "--fix"]] {
        let found = house.run(words);
        assert_eq!(code(&found), 5, "{}{}", out(&found), err(&found));
        assert!(out(&found).contains("✗ master key"), "{}", out(&found));
        assert!(!key.exists());
    }
}

#[test]
fn a_component_that_is_gone_or_altered_is_seen_though_its_code_is_cached() {
    let house = House::connected();
    let component = component(house.data().join("components"));
    std::fs::write(&component, b"\0asm, altered").unwrap();
    let found = house.run(&["doctor"]);
    assert_ne!(code(&found), 0);
    assert!(
        out(&found).contains("is not what was added"),
        "{}",
        out(&found)
    );
    std::fs::remove_file(&component).unwrap();
    let found = house.run(&["doctor"]);
    assert_ne!(code(&found), 0);
    assert!(
        out(&found).contains("✗ connector dynamics"),
        "{}",
        out(&found)
    );
    assert!(
        out(&found).contains("connector add FILE"),
        "{}",
        out(&found)
    );
}

#[test]
fn fixing_keeps_what_is_in_use_and_removes_what_is_left_over() {
    let house = House::connected();
    let used = component(house.data().join("cache"));
    let left = house.data().join("cache/0000-1.cwasm");
    std::fs::write(&left, "old").unwrap();
    std::fs::remove_file(component(house.data().join("components"))).unwrap();
    house.run(&["doctor", "--fix"]);
    assert!(used.exists() && !left.exists());
    let list = [
        "run",
        "contoso",
        "list-rows",
        "--table",
        "lead",
        "--top",
        "1",
    ];
    done(&house.run(&list));
}

#[test]
fn online_each_connection_is_used_once() {
    let house = House::connected();
    let found = house.run(&["doctor", "--online"]);
    done(&found);
    assert!(
        out(&found).contains("answers, and takes its credential"),
        "{}",
        out(&found)
    );

    house.configure("[egress]\nallow-loopback = true\n");
    done(&house.run(&["doctor"]));
    let found = house.run(&["doctor", "--online"]);
    assert_ne!(code(&found), 0);
    assert!(out(&found).contains("certificate"), "{}", out(&found));
}

#[test]
fn a_closed_address_and_a_broken_configuration_are_told_in_their_columns() {
    let house = House::connected();
    house.configure("");
    let found = house.run(&["doctor"]);
    assert_eq!(code(&found), 2, "{}", out(&found));
    assert!(out(&found).contains("allow-loopback"), "{}", out(&found));

    house.configure("oops\n");
    let found = house.run(&["doctor"]);
    assert_eq!(code(&found), 2);
    let text = out(&found);
    let lines: Vec<&str> = text.lines().take(3).collect();
    assert!(lines[0].starts_with("✗ configuration  /"), "{text}");
    assert!(lines[1].starts_with(&" ".repeat(17)), "{text}");
}
