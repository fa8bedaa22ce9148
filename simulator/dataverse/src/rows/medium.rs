//! Where rows are kept.
//!
//! Layer: rows, the ground.

use std::path::PathBuf;

/// Where rows are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In memory; gone with the simulator.
    Memory,
    /// In an SQLite file, created when missing.
    File(PathBuf),
}
