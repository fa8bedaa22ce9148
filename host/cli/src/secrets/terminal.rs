//! The real world for secrets and questions: this process's standard input, files, environment and
//! terminal.

use super::blind::Blind;
use super::sources::{Ask, Unanswered};
use airlock_runtime::decode_text;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use std::io::{BufRead as _, ErrorKind, Read, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// No secret is longer: a certificate with its key is a few KiB.
const LONGEST: u64 = 1 << 20;

/// Reads the world of this process.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    /// Whether a person can be asked.
    pub asks: bool,
    /// Whether the terminal shows nothing of what is typed at this moment.
    pub(super) blind: Arc<AtomicBool>,
}

impl Terminal {
    /// With a person before it, or without.
    pub fn new(asks: bool) -> Self {
        Self {
            asks,
            ..Self::default()
        }
    }
}

impl Ask for Terminal {
    fn stdin(&mut self) -> Result<SecretString, String> {
        read(std::io::stdin().lock())
            .map_err(|error| format!("standard input cannot be read: {error}"))
    }

    fn file(&mut self, path: &str) -> Result<SecretString, String> {
        std::fs::File::open(path)
            .and_then(read)
            .map_err(|error| format!("{path} cannot be read: {error}"))
    }

    fn variable(&mut self, name: &str) -> Result<SecretString, String> {
        std::env::var(name)
            .map(SecretString::from)
            .map_err(|error| match error {
                std::env::VarError::NotPresent => {
                    format!("the environment variable {name} is not set")
                }
                std::env::VarError::NotUnicode(_) => {
                    format!("the environment variable {name} is not UTF-8")
                }
            })
    }

    fn hidden(&mut self, question: &str) -> Result<Option<SecretString>, Unanswered> {
        if !self.asks {
            return Ok(None);
        }
        self.blind.store(true, Ordering::SeqCst);
        let blind = Blind::begin();
        let typed = rpassword::prompt_password(question);
        drop(blind);
        self.blind.store(false, Ordering::SeqCst);
        match typed {
            Ok(typed) => Ok(Some(typed.into())),
            // Ctrl-C ends its line itself, Ctrl-D does not.
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(Unanswered::Cancelled),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(end_of_line()),
            Err(error) => Err(failed(&error)),
        }
    }

    fn line(&mut self, question: &str) -> Result<Option<String>, Unanswered> {
        if !self.asks {
            return Ok(None);
        }
        let mut screen = std::io::stderr();
        // Who cannot be shown the question will not answer it either.
        let _ = write!(screen, "{question}").and_then(|()| screen.flush());
        let mut typed = String::new();
        match std::io::stdin().lock().read_line(&mut typed) {
            Ok(0) => Err(end_of_line()),
            Ok(_) => Ok(Some(typed.trim().to_owned())),
            Err(error) => Err(failed(&error)),
        }
    }

    fn tell(&mut self, text: &str) {
        if !self.asks {
            return;
        }
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

/// What comes next is to stand on a line of its own.
fn end_of_line() -> Unanswered {
    let _ = writeln!(std::io::stderr());
    Unanswered::Cancelled
}

fn failed(error: &std::io::Error) -> Unanswered {
    Unanswered::Failed(format!("the terminal cannot be read: {error}"))
}

fn read(source: impl Read) -> std::io::Result<SecretString> {
    let mut bytes = Vec::new();
    source.take(LONGEST).read_to_end(&mut bytes)?;
    let bytes = SecretSlice::from(bytes);
    let text = decode_text(bytes.expose_secret());
    text.map(SecretString::from)
        .map_err(|fault| std::io::Error::other(fault.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_may_come_from_a_tool_that_marks_its_files() {
        let marked = "\u{feff}{\"client-secret\": \"s\"}";
        let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [marked.as_bytes(), &utf16] {
            let secret = read(bytes).unwrap();
            assert_eq!(secret.expose_secret(), "{\"client-secret\": \"s\"}");
        }
        let fault = read(b"hunter2\xff".as_slice()).unwrap_err().to_string();
        assert!(
            fault.contains("byte 7") && !fault.contains("hunter2"),
            "{fault}"
        );
    }
}
