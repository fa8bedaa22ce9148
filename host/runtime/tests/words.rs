//! The library speaks to servers and to terminals alike: no text in it names a flag or a command of the command
//! line. Whoever talks to a person adds those.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use regex::Regex;
use std::path::{Path, PathBuf};

/// The crates below the command line.
const LIBRARIES: [&str; 5] = ["runtime", "egress", "auth", "store", "store-sqlite"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// What a file says at run time: no comments, no tests.
fn said(source: &str) -> String {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn words_of_a_terminal() -> Regex {
    Regex::new(r"(^|[^a-zA-Z0-9-])--[a-z]{2,}|\bairlock (connection|connector|run|runs|action|choices|doctor|tenant|completions|man)\b").unwrap()
}

#[test]
fn a_flag_and_a_command_would_be_found() {
    let words = words_of_a_terminal();
    for text in [
        r#""give it a longer --deadline""#,
        r#""airlock connection add NAME""#,
    ] {
        assert!(words.is_match(&said(text)), "{text}");
    }
    for text in ["// --deadline", "\"xn--bcher\"", "\"airlock runtime\"", "i -- j"] {
        assert!(!words.is_match(&said(text)), "{text}");
    }
}

#[test]
fn no_text_of_the_library_names_a_flag_or_a_command() {
    let words = words_of_a_terminal();
    let host = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for library in LIBRARIES {
        sources(&host.join(library).join("src"), &mut files);
    }
    assert!(files.len() > 100, "{} files", files.len());
    for path in files {
        let text = said(&std::fs::read_to_string(&path).unwrap());
        if let Some(line) = text.lines().find(|line| words.is_match(line)) {
            panic!("{}: {line}", path.display());
        }
    }
}
