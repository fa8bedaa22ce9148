//! A person at a terminal: `script` of util-linux gives the binary a real one. Each answer is typed when
//! its question is there.

use crate::house::House;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

/// Ctrl-C and Ctrl-D, as a keyboard sends them.
pub(crate) const CTRL_C: &str = "\u{3}";
pub(crate) const CTRL_D: &str = "\u{4}";

/// What was on the screen, and the exit code; nothing where there is no `script`.
pub(crate) fn dialogue(
    house: &House,
    line: &str,
    answers: &[(&str, &str)],
) -> Option<(String, i32)> {
    let mut script = Command::new("script");
    house.surround(&mut script);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let airlock = env!("CARGO_BIN_EXE_airlock");
    let spawned = script
        .env("PATH", path)
        .env("TERM", "dumb")
        .args(["-q", "-e", "-c", &format!("{airlock} {line}"), "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        eprintln!("`script` is not installed: nothing was asked at a terminal");
        return None;
    };
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut seen = String::new();
    let mut from = 0;
    for (question, answer) in answers {
        while !seen[from..].contains(question) {
            let mut bytes = [0; 1024];
            let read = screen.read(&mut bytes).unwrap();
            assert_ne!(read, 0, "{question:?} was never asked:\n{seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        from = seen.len();
        let end = if answer.starts_with(char::is_control) {
            ""
        } else {
            "\r"
        };
        keyboard
            .write_all(format!("{answer}{end}").as_bytes())
            .unwrap();
        keyboard.flush().unwrap();
    }
    let mut rest = Vec::new();
    screen.read_to_end(&mut rest).unwrap();
    seen.push_str(&String::from_utf8_lossy(&rest));
    let status = child.wait().unwrap();
    Some((seen.replace("\r\n", "\n"), status.code().unwrap()))
}
