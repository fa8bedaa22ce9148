//! Snapshots: everything that requests can change, kept under a name and put back.
//!
//! Of each organisation the rows and the definitions, of the authority its registrations, accounts and consents, and how
//! the clock is set. Fault rules, limits and the request log are a test's own tools and stay as they are. Snapshots end
//! with the simulator.

use std::sync::Arc;

use super::site::Site;
use super::snapshot::Snapshot;
use super::state::State;
use crate::organisation::Clock;
use crate::rows::StoreError;
use crate::token::DirectoryError;

/// Why a snapshot could not be taken or put back.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Nothing has this name.
    #[error("There is no snapshot `{0}`; GET /sim/snapshots lists them.")]
    Unknown(String),
    /// The name cannot be one.
    #[error(
        "`{0}` is no name of a snapshot: use 1 to 64 letters, digits, hyphens, underscores and full stops."
    )]
    Name(String),
    /// An organisation's rows could not be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory's file could not be written.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl State {
    /// Takes a snapshot, in place of an older one with the same name.
    pub(super) fn take_snapshot(&self, name: &str) -> Result<Arc<Snapshot>, SnapshotError> {
        let is_good = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if !(1..=64).contains(&name.len()) || !name.chars().all(is_good) {
            return Err(SnapshotError::Name(name.to_owned()));
        }
        let copy = |site: &Site| site.organisation.rows.copy();
        let snapshot = Arc::new(Snapshot {
            at: self.clock.now(),
            copies: self.sites().map(copy).collect::<Result<_, _>>()?,
            directory: self.authority.directory.state(),
            clock: self.clock.setting(),
        });
        let mut known = self.snapshots.0.lock();
        known.insert(name.to_owned(), snapshot.clone());
        Ok(snapshot)
    }

    /// Puts everything back to a snapshot, which stays for another time.
    pub(super) fn restore_snapshot(&self, name: &str) -> Result<(), SnapshotError> {
        let found = self.snapshots.0.lock().get(name).cloned();
        let snapshot = found.ok_or_else(|| SnapshotError::Unknown(name.to_owned()))?;
        for (site, copy) in self.sites().zip(&snapshot.copies) {
            site.organisation.restore(copy)?;
        }
        let directory = &self.authority.directory;
        directory.restore(snapshot.directory.clone())?;
        self.clock.restore(snapshot.clock);
        Ok(())
    }

    /// All snapshots by name.
    pub(super) fn list_snapshots(&self) -> Vec<(String, Arc<Snapshot>)> {
        let known = self.snapshots.0.lock();
        let pairs = known.iter();
        pairs
            .map(|(name, snapshot)| (name.clone(), snapshot.clone()))
            .collect()
    }

    /// Forgets one; whether it was there.
    pub(super) fn drop_snapshot(&self, name: &str) -> bool {
        let dropped = self.snapshots.0.lock().remove(name);
        dropped.is_some()
    }
}
