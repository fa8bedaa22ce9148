//! A short run of every target with a fixed seed: the requests of the golden cases and some mutations of them.

use std::process::Command;

/// Enough for all seeds and a second or two of mutation.
const TRIES: &str = "3000";

fn has_no_defect(target: &str) -> std::io::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    let run = Command::new(env!("CARGO_BIN_EXE_fuzz"))
        .args([target, "--tries", TRIES, "--findings"])
        .arg(folder)
        .output()?;
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(
        said.contains(target) && said.contains(", 0 defects"),
        "{said}"
    );
    Ok(())
}

#[test]
fn malformed_http_is_refused() -> std::io::Result<()> {
    has_no_defect("http")
}

#[test]
fn malformed_json_is_refused() -> std::io::Result<()> {
    has_no_defect("json")
}

#[test]
fn malformed_queries_are_refused() -> std::io::Result<()> {
    has_no_defect("odata")
}

#[test]
fn malformed_fetchxml_is_refused() -> std::io::Result<()> {
    has_no_defect("fetchxml")
}

#[test]
fn malformed_batches_are_refused() -> std::io::Result<()> {
    has_no_defect("batch")
}

#[test]
fn malformed_searches_are_refused() -> std::io::Result<()> {
    has_no_defect("search")
}

#[test]
fn malformed_metadata_is_refused() -> std::io::Result<()> {
    has_no_defect("csdl")
}

#[test]
fn malformed_expressions_are_refused() -> std::io::Result<()> {
    has_no_defect("expression")
}
