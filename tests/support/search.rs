//! Looking for a secret in places where it must not be: as it is, and in the spellings in which it is
//! most often left lying around.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use std::path::{Path, PathBuf};

/// A secret that is searched for.
#[derive(Clone)]
pub struct Needle {
    /// What it is, for the message of a failure.
    pub name: &'static str,
    spellings: Vec<Vec<u8>>,
}

impl Needle {
    /// A needle that also looks for its base64, at each of the three offsets, its hex and its
    /// UTF-16.
    pub fn new(name: &'static str, secret: &str) -> Self {
        let mut spellings = vec![
            secret.as_bytes().to_vec(),
            secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            secret
                .bytes()
                .flat_map(|byte| format!("{byte:02x}").into_bytes())
                .collect(),
            secret.bytes().rev().collect(),
        ];
        for skip in 0..3 {
            // Whole groups of three bytes read the same wherever they stand in longer base64.
            let inner = &secret.as_bytes()[skip..];
            let inner = &inner[..inner.len() / 3 * 3];
            spellings.push(STANDARD.encode(inner).into_bytes());
            spellings.push(URL_SAFE.encode(inner).into_bytes());
        }
        Self { name, spellings }
    }

    /// Whether any spelling of it is in `hay`.
    pub fn is_in(&self, hay: &[u8]) -> bool {
        self.spellings
            .iter()
            .any(|needle| hay.windows(needle.len()).any(|window| window == needle))
    }
}

/// All files below `folder` that hold the needle.
pub fn files_with(folder: &Path, needle: &Needle) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, needle));
        } else if needle.is_in(&std::fs::read(&path).unwrap()) {
            found.push(path);
        }
    }
    found
}
