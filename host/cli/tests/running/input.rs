//! What a person hands over, as the tools of any system write it.

use crate::desk::{code, desk, done, err};
use serde_json::Value;

fn dry(words: &[&str]) -> Value {
    let whole = [&["run", "crm"][..], words, &["--dry-run", "-o", "json"]].concat();
    serde_json::from_str(&done(&desk().run(&whole))).unwrap()
}

#[test]
fn files_of_windows_tools_are_read() {
    let text = r#"{"subject": "Žluťoučký 🐎"}"#;
    let marked = format!("\u{feff}{text}");
    let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk().file("bom.json", marked.as_bytes());
    desk().file("utf16.json", &utf16);
    for file in ["bom.json", "utf16.json"] {
        let at = format!("@{file}");
        let create = ["create-row", "--table", "task", "--row", at.as_str()];
        assert_eq!(dry(&create)["body"]["subject"], "Žluťoučký 🐎", "{file}");
        let pair = format!("description:=@{file}");
        let nested = desk().run(&[
            "run",
            "crm",
            "create-row",
            "--table",
            "task",
            "--set",
            &pair,
            "--dry-run",
        ]);
        // It was read: what is refused is that the column holds no object.
        assert!(err(&nested).contains("description"), "{}", err(&nested));
        assert!(!err(&nested).contains("JSON:"), "{}", err(&nested));
    }
    let document = "\u{feff}{\"table\":\"task\",\"row\":{\"subject\":\"x\"}}";
    let output = desk().fed(
        &[
            "run",
            "crm",
            "create-row",
            "--input",
            "-",
            "--dry-run",
            "-o",
            "json",
        ],
        document.as_bytes(),
    );
    assert!(done(&output).contains("\"subject\": \"x\""));
}

#[test]
fn many_rows_as_one_input_are_refused_with_a_way() {
    for (content, part) in [
        (
            "{\"table\":\"lead\"}\n{\"table\":\"task\"}\n",
            "more than one document",
        ),
        ("[{\"table\":\"lead\"}]", "holds a list of 1"),
        ("table,top\nlead,1\n", "looks like CSV"),
    ] {
        let output = desk().fed(
            &["run", "crm", "list-rows", "--input", "-"],
            content.as_bytes(),
        );
        assert_eq!(code(&output), Some(2));
        assert!(err(&output).contains(part), "{}", err(&output));
        assert!(
            err(&output).contains("run the action once for each"),
            "{}",
            err(&output)
        );
    }
}

#[test]
fn a_raw_body_is_what_the_file_holds() {
    desk().file("body.json", b"{\"subject\":\"from a file\"}");
    let sent = |data: &str| {
        dry(&[
            "raw-request",
            "--method",
            "POST",
            "--url",
            "tasks",
            "--data",
            data,
        ])
    };
    assert_eq!(sent("@body.json")["body"]["subject"], "from a file");
    assert_eq!(sent("@@body.json")["body"], "@body.json");
    let gone = desk().run(&[
        "run",
        "crm",
        "raw-request",
        "--url",
        "tasks",
        "--method",
        "POST",
        "--data",
        "@gone",
    ]);
    assert_eq!(code(&gone), Some(2));
    assert!(err(&gone).contains("@@gone"), "{}", err(&gone));
}

#[test]
fn quotes_are_part_of_a_text_and_the_way_out_is_named() {
    let create = ["create-row", "--table", "task", "--set"];
    let sent = |pair: &str| dry(&[&create[..], &[pair]].concat());
    assert_eq!(sent("subject=\"Urgent\"")["body"]["subject"], "\"Urgent\"");
    assert_eq!(sent("subject:=\"Urgent\"")["body"]["subject"], "Urgent");
    let refused = |pair: &str| {
        let output = desk().run(&[&["run", "crm"][..], &create, &[pair]].concat());
        assert_eq!(code(&output), Some(2), "{pair}");
        err(&output)
    };
    let object = refused("description={\"status\":\"ok\"}");
    assert!(
        object.contains("description:=") && object.contains("description=@FILE"),
        "{object}"
    );
    assert!(refused("subject=@contoso").contains("subject=@@contoso"));
}

#[test]
fn an_entry_given_twice_is_refused() {
    let output = desk().run(&[
        "run",
        "crm",
        "create-row",
        "--table",
        "task",
        "--set",
        "subject=x",
        "--set",
        "subject=y",
    ]);
    assert_eq!(code(&output), Some(2));
    assert!(
        err(&output).contains("gives subject twice"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_choice_is_taken_in_any_case_and_a_wrong_one_is_answered_for_its_own_command() {
    let raw = ["raw-request", "--url", "accounts", "--method", "post"];
    assert_eq!(dry(&raw)["method"], "POST");

    let output = desk().run(&[
        "run",
        "crm",
        "raw-request",
        "--url",
        "x",
        "--method",
        "psot",
    ]);
    assert_eq!(code(&output), Some(2));
    let text = err(&output);
    assert!(text.contains("--method: takes no 'psot'"), "{text}");
    for part in [
        "usage  airlock run crm raw-request",
        "airlock run crm raw-request --help",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let text = err(&desk().run(&["connector", "list", "-o", "jso"]));
    assert!(text.contains("airlock connector list --help"), "{text}");
}

#[test]
fn a_key_that_reads_as_null_is_told_how_to_be_a_text() {
    let key = ["--by", "accountnumber=null"];
    let output = desk().run(&[&["run", "crm", "get-row", "--table", "account"][..], &key].concat());
    assert_eq!(code(&output), Some(2));
    let text = err(&output);
    assert!(text.contains(r#"--by 'accountnumber:="null"'"#), "{text}");
}
