//! Calls that end before their time: by Ctrl-C, by a deadline.

use crate::desk::{desk, err};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

fn interrupt(pid: u32) {
    let status = Command::new("kill")
        .args(["-INT", &pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn an_interrupted_stream_has_whole_rows_and_says_how_many() {
    let tenant = desk().guest("ticker");
    let mut child = desk().begin(&["--tenant", &tenant, "run", "crm", "stream", "-o", "ndjson"]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    interrupt(child.id());
    out.read_to_string(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    assert!(
        text.ends_with('\n'),
        "{:?}",
        text.chars().rev().take(40).collect::<String>()
    );
    let rows = text.lines().count();
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    let said = err(&output).replace(',', "");
    assert!(
        said.contains(&format!("{rows} rows were written")),
        "{rows}: {said}"
    );
}

#[test]
fn an_interrupted_write_says_that_it_may_have_landed() {
    use std::net::TcpListener;
    // Takes connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let tenant = desk().guest("web_client");
    let url = format!("url=https://{}", silent.local_addr().unwrap());
    crate::desk::done(&desk().run(&[
        "--tenant",
        &tenant,
        "connection",
        "add",
        "silent",
        "--connector",
        "guest",
        "--kind",
        "none",
        "--setting",
        &url,
    ]));
    desk().file("write.json", b"{\"path\":\"/\",\"method\":\"POST\"}");
    let child = desk().begin(&[
        "--tenant",
        &tenant,
        "run",
        "silent",
        "write",
        "--input",
        "write.json",
    ]);
    // The request is on its way.
    let _held = silent.accept().unwrap();
    interrupt(child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    assert!(
        err(&output).contains("whether write was carried out is not known"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_deadline_that_was_asked_for_is_the_one_that_is_named() {
    let tenant = desk().guest("ticker");
    let output = desk()
        .command(&[
            "--tenant",
            &tenant,
            "run",
            "crm",
            "stream",
            "-o",
            "ndjson",
            "--deadline",
            "500ms",
        ])
        .stdout(Stdio::null())
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(0));
    let said = err(&output);
    assert!(
        said.contains("500 ms") && said.contains("--deadline"),
        "{said}"
    );
    assert!(!said.contains("pipe-ms"), "{said}");
}
