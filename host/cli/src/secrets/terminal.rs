//! The real world for secrets: this process's standard input, files, environment and terminal.

use super::sources::Ask;
use crate::input_text::decode;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use std::io::Read;

/// No secret is longer: a certificate with its key is a few KiB.
const LONGEST: u64 = 1 << 20;

/// Reads the world of this process.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether a person can be asked.
    pub asks: bool,
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

    fn prompt(&mut self, question: &str) -> Result<Option<SecretString>, String> {
        if !self.asks {
            return Ok(None);
        }
        rpassword::prompt_password(question)
            .map(|typed| Some(typed.into()))
            .map_err(|error| format!("the terminal cannot be read: {error}"))
    }
}

fn read(source: impl Read) -> std::io::Result<SecretString> {
    let mut bytes = Vec::new();
    source.take(LONGEST).read_to_end(&mut bytes)?;
    let bytes = SecretSlice::from(bytes);
    let text = decode(bytes.expose_secret());
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
