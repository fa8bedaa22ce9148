//! Calls that end before their time: by Ctrl-C, by a deadline.

use crate::desk::{desk, err};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
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

fn ids(rows: &str) -> BTreeSet<String> {
    let id = |row: &str| {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        row.get("contactid").unwrap().as_str().unwrap().to_owned()
    };
    rows.lines().map(id).collect()
}

#[test]
fn a_read_that_began_at_the_beginning_goes_on_after_ctrl_c() {
    const PAGE: usize = 100;
    // A connection of its own: where a read left off is kept for each.
    desk().connect("left-off");
    let page = PAGE.to_string();
    let list = [
        "run",
        "left-off",
        "list-rows",
        "--table",
        "contact",
        "--select",
        "contactid,fullname",
        "--page-size",
        &page,
        "--fetch-all",
        "-o",
        "ndjson",
    ];
    let mut child = desk().begin(&list);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    // More than a page, and far less than all: nobody reads on, so that the rest waits.
    for _ in 0..3 * PAGE {
        out.read_line(&mut text).unwrap();
    }
    interrupt(child.id());
    out.read_to_string(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    let said = err(&output);
    assert!(said.contains("--next-page last goes on"), "{said}");
    let before = ids(&text);
    let on = [&list[..], &["--next-page", "last"]].concat();
    let output = desk().run(&on);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let after = ids(std::str::from_utf8(&output.stdout).unwrap());
    let whole = desk().run(&list);
    let whole = ids(std::str::from_utf8(&whole.stdout).unwrap());
    assert!(before.len() < whole.len(), "it was over before Ctrl-C");
    let both: BTreeSet<String> = before.union(&after).cloned().collect();
    assert_eq!(both.len(), whole.len(), "rows are missing in between");
    let twice = before.intersection(&after).count();
    assert!(twice <= PAGE, "{twice} rows came twice");
}

#[test]
fn no_bar_is_left_behind_by_ctrl_c_at_a_terminal() {
    let line = format!(
        "exec {} run crm list-rows --table contact --page-size 5 --fetch-all -o ndjson >/dev/null",
        env!("CARGO_BIN_EXE_airlock")
    );
    let mut child = desk()
        .shell_at_terminal(&line, 100)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("util-linux has script");
    let mut screen = child.stdout.take().unwrap();
    let mut seen = Vec::new();
    let mut piece = [0; 1 << 10];
    while !String::from_utf8_lossy(&seen).contains("rows/s") {
        let read = screen.read(&mut piece).unwrap();
        assert!(read > 0, "no bar: {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&piece[..read]);
    }
    let mut typed = child.stdin.take().unwrap();
    typed.write_all(b"\x03").unwrap();
    typed.flush().unwrap();
    screen.read_to_end(&mut seen).unwrap();
    drop(typed);
    child.wait().unwrap();
    let seen = String::from_utf8_lossy(&seen);
    let after = seen.rsplit("rows/s").next().unwrap();
    // The line of the bar is wiped before the last word.
    let (wiped, said) = (after.rfind("\x1b[2K"), after.rfind("interrupted"));
    assert!(wiped.is_some() && wiped < said, "{after:?}");
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
