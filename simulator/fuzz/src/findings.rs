//! Inputs that showed a defect, one file for each kind of defect.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::verdict::{Complaint, number};

/// The input that is being tried, which outlives the process when that ends with it.
pub(crate) const TRYING: &str = "trying";

/// A folder of findings.
pub(crate) struct Findings {
    folder: PathBuf,
    trying: File,
    kinds: Vec<String>,
    slowest: Duration,
}

impl Findings {
    /// Findings of a target.
    pub(crate) fn open(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            trying: File::create(folder.join(TRYING))?,
            kinds: Vec::new(),
            slowest: Duration::ZERO,
        })
    }

    /// Notes what is about to be sent.
    pub(crate) fn trying(&mut self, input: &[u8]) -> std::io::Result<()> {
        self.trying.seek(SeekFrom::Start(0))?;
        self.trying.set_len(0)?;
        self.trying.write_all(input)
    }

    /// Keeps an input, unless its kind of defect is known already.
    pub(crate) fn add(&mut self, input: &[u8], complaint: &Complaint) -> std::io::Result<()> {
        if self.kinds.contains(&complaint.kind) {
            return Ok(());
        }
        self.kinds.push(complaint.kind.clone());
        keep(&self.folder, input, &complaint.kind, &complaint.detail)
    }

    /// Keeps the input whose answer took longest: no defect, but worth a look.
    pub(crate) fn took(&mut self, input: &[u8], time: Duration) -> std::io::Result<()> {
        if time <= self.slowest {
            return Ok(());
        }
        self.slowest = time;
        std::fs::write(self.folder.join("slowest"), input)
    }

    /// The longest that an answer took.
    pub(crate) fn slowest(&self) -> Duration {
        self.slowest
    }

    /// Kinds of defects found.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }
}

/// Writes an input to a file named after its content, and shows it.
pub(crate) fn keep(folder: &Path, input: &[u8], kind: &str, detail: &str) -> std::io::Result<()> {
    let path = folder.join(format!("defect-{:016x}", number(input)));
    std::fs::write(&path, input)?;
    println!("\nDEFECT {kind}\n  input   {}", path.display());
    for line in String::from_utf8_lossy(input).lines().take(20) {
        println!("        | {}", line.escape_debug());
    }
    println!("  answer  {}", detail.escape_debug());
    Ok(())
}
