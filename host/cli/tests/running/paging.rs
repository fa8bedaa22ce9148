//! An answer that is not the whole of it says so, to people and to scripts.

use crate::desk::{code, desk, done, err, out};
use serde_json::Value;

const LIST: [&str; 7] = [
    "run",
    "crm",
    "list-rows",
    "--table",
    "lead",
    "--select",
    "subject",
];

fn list(more: &[&str]) -> std::process::Output {
    desk().run(&[&LIST[..], more].concat())
}

#[test]
fn a_cut_answer_ends_with_6_however_quiet() {
    for format in ["ndjson", "csv"] {
        let cut = list(&["--page-size", "2", "-o", format, "-q"]);
        assert_eq!((code(&cut), err(&cut).as_str()), (Some(6), ""), "{format}");
        assert!(out(&cut).lines().count() >= 2, "{}", out(&cut));
        // Two were asked for, and two came.
        assert_eq!(
            code(&list(&["--top", "2", "-o", format, "-q"])),
            Some(0),
            "{format}"
        );
        assert_eq!(
            code(&list(&["--fetch-all", "-o", format, "-q"])),
            Some(0),
            "{format}"
        );
    }
    // What says so itself needs no code.
    let whole = list(&["--page-size", "2", "-o", "json", "-q"]);
    let answer: Value = serde_json::from_str(&done(&whole)).unwrap();
    assert_eq!(answer["truncated"], true);
    let part = list(&["--page-size", "2", "--query", ".rows | length", "-q"]);
    assert_eq!((code(&part), out(&part).as_str()), (Some(6), "2\n"));
}

#[test]
fn the_next_page_is_one_word_away() {
    let words = [
        "--page-size",
        "7",
        "--orderby",
        "createdon,leadid",
        "-o",
        "ndjson",
    ];
    let read = |more: &[&str]| {
        let output = list(&[&words[..], more].concat());
        let rows: Vec<String> = out(&output).lines().map(str::to_owned).collect();
        (code(&output), rows)
    };
    // A connection of its own: the last answer of another test is another.
    let (first, mut all) = read(&[]);
    assert_eq!((first, all.len()), (Some(6), 7));
    let seen = desk().seen(
        &[
            "run",
            "crm",
            "list-rows",
            "--table",
            "task",
            "--page-size",
            "1",
        ],
        100,
    );
    assert!(seen.contains("--next-page last"), "{seen}");
    assert!(!seen.contains("skiptoken"), "{seen}");
    let (_, whole) = read(&["--fetch-all"]);
    assert!(whole.len() > all.len());
    all.truncate(7);
    assert_eq!(all, whole[..7]);
}

#[test]
fn a_log_gets_the_link_itself() {
    let cut = list(&["--page-size", "2", "-o", "ndjson"]);
    assert!(err(&cut).contains("--next-page 'https://"), "{}", err(&cut));
    assert!(err(&cut).contains("--fetch-all"), "{}", err(&cut));
}

#[test]
fn a_read_that_broke_off_goes_on_by_one_word() {
    // A connection of its own: the last answer of another test is another.
    desk().connect("throttled");
    let words = [
        "run",
        "throttled",
        "list-rows",
        "--table",
        "lead",
        "--select",
        "subject",
        "--filter",
        "subject ne 'broken-off'",
        "--page-size",
        "2",
        "--fetch-all",
        "-o",
        "ndjson",
    ];
    let read = |more: &[&str]| desk().run(&[&words[..], more].concat());
    let whole = done(&read(&[]));
    let throttle = || {
        desk().misbehave(serde_json::json!({
            "path": "/leads", "query": "broken-off", "skip": 1, "count": 1,
            "effect": {"status": {
                "status": 429, "code": "0x80072322", "message": "Too many requests.",
                "retry-after": 4_000,
            }},
        }));
    };
    throttle();
    let broken = read(&[]);
    assert_eq!(code(&broken), Some(5), "{}", err(&broken));
    // A log gets the link itself.
    assert!(
        err(&broken).contains("next-page: https://"),
        "{}",
        err(&broken)
    );
    let rest = done(&read(&["--next-page", "last"]));
    assert_eq!([out(&broken), rest].concat(), whole);

    throttle();
    let seen = desk().seen(&words, 100);
    assert!(seen.contains("--next-page last"), "{seen}");
    assert!(!seen.contains("skiptoken"), "{seen}");
}
