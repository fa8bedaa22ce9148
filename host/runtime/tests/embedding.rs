//! The example of the README is a program that runs.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::process::Command;

#[test]
fn the_readme_shows_the_example_as_it_is() {
    let readme = include_str!("../../../README.md");
    let example = include_str!("../../../examples/embed.rs");
    assert!(
        readme.contains(&format!("```rust,no_run\n{example}```")),
        "README.md and examples/embed.rs differ"
    );
}

#[test]
fn the_example_tells_what_happened_by_its_code() {
    // Beside this test: cargo builds a package's examples before it runs its tests.
    let program = std::env::current_exe().unwrap();
    let program = program.ancestors().nth(2).unwrap().join("examples/embed");
    let folder = tempfile::tempdir().unwrap();
    let ended = Command::new(program)
        .env_clear()
        .env("AIRLOCK_DATA_DIR", folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert!(
        told.starts_with("no-such-connection: there is no connection \"crm\""),
        "{told}"
    );
    assert!(ended.status.success() && ended.stdout.is_empty());
}
