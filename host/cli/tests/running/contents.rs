//! Contents of columns: bytes in by `--input`, bytes out by `--output-file`.

use crate::desk::{code, desk, done, err};
use serde_json::Value;

/// A picture of two points.
const PICTURE: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x02\x00\x00\x00\x01\x08\x02\x00\x00\x00{@\xe8\xdd\x00\x00\x00\x0dIDATx\xdac8!g\x03D\x00\x09\x0d\x02E\x0dLh\x8a\x00\x00\x00\x00IEND\xaeB`\x82";

/// An account of its own.
fn account(name: &str) -> String {
    let words = [
        "run",
        "crm",
        "create-row",
        "--table",
        "account",
        "--set",
        name,
        "-o",
        "json",
    ];
    let created: Value = serde_json::from_str(&done(&desk().run(&words))).unwrap();
    created["id"].as_str().unwrap().to_owned()
}

fn words<'a>(action: &'a str, id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let column = ["--table", "account", "--id", id, "--column", "entityimage"];
    [&["run", "crm", action][..], &column, more].concat()
}

#[test]
fn a_picture_goes_in_and_comes_out() {
    let id = account("name=Pictured");
    desk().file("logo.png", PICTURE);
    let name = ["--file-name", "logo.png", "--input", "logo.png"];
    let told = done(&desk().run(&words(
        "upload-file",
        &id,
        &[&name[..], &["-o", "json"]].concat(),
    )));
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["size"], PICTURE.len());
    let told = done(&desk().run(&words(
        "download-file",
        &id,
        &["--output-file", "out.png", "-o", "json"],
    )));
    let told: Value = serde_json::from_str(&told).unwrap();
    let piped = desk().run(&words("download-file", &id, &["--output-file", "-"]));
    assert!(piped.stdout.starts_with(b"\x89PNG"), "{}", err(&piped));
    assert_eq!(told["size"], piped.stdout.len());
    assert_eq!(
        std::fs::read(desk().path().join("out.png")).unwrap(),
        piped.stdout
    );
    assert_eq!(told.get("content"), None);
}

#[test]
fn what_breaks_off_leaves_the_place_as_it_was() {
    let id = account("name=Empty");
    desk().file("kept.png", b"before");
    let output = desk().run(&words("download-file", &id, &["--output-file", "kept.png"]));
    assert_ne!(code(&output), Some(0));
    assert!(err(&output).contains("is empty"), "{}", err(&output));
    assert_eq!(
        std::fs::read(desk().path().join("kept.png")).unwrap(),
        b"before"
    );
}

#[test]
fn a_content_that_is_not_there_or_not_wanted_is_told() {
    let id = account("name=Wrong");
    for (given, part) in [
        (
            words("upload-file", &id, &["--file-name", "a.png"]),
            "--content",
        ),
        (
            words(
                "upload-file",
                &id,
                &["--file-name", "a.png", "--input", "none.png"],
            ),
            "none.png",
        ),
        (
            vec!["run", "crm", "get-current-user", "--output-file", "a"],
            "get-current-user gives none",
        ),
        (
            words("download-file", &id, &["--output-file", "no/such/folder/a"]),
            "cannot be written",
        ),
    ] {
        let output = desk().run(&given);
        assert_ne!(code(&output), Some(0), "{given:?}");
        assert!(err(&output).contains(part), "{given:?}: {}", err(&output));
    }
}
