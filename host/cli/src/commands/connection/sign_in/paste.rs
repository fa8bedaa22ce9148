//! What a person pastes: lines of standard input, while the browser may still come back by itself.

use std::io::BufRead;
use tokio::sync::mpsc;

/// The longest line that is read, in bytes: addresses with a code in them have two thousand.
const LONGEST: u64 = 64 << 10;

/// Lines of standard input, as they come; ends with it. They are read on a thread of its own, which
/// ends with the process: a read of a terminal cannot be given up.
pub(super) fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        while let Some(line) = line(&mut input) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The next line that has something in it.
fn line(input: &mut impl BufRead) -> Option<String> {
    use std::io::Read as _;
    loop {
        let mut line = String::new();
        match input.take(LONGEST).read_line(&mut line) {
            Ok(0) | Err(_) => return None,
            Ok(_) if line.trim().is_empty() => {}
            Ok(_) => return Some(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_are_passed_over_and_the_end_is_the_end() {
        let mut input: &[u8] = b"\n  \nhttp://localhost:1/?code=c\r\nlast";
        assert_eq!(
            line(&mut input).unwrap().trim(),
            "http://localhost:1/?code=c"
        );
        assert_eq!(line(&mut input).unwrap(), "last");
        assert_eq!(line(&mut input), None);
    }
}
