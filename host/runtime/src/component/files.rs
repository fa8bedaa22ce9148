//! Components on disk, by the digest of their bytes.
//!
//! The database names a digest; the bytes are verified against it each time they are read, so a
//! component swapped on disk is refused instead of run.

use super::private::write_private;
use crate::error::HostError;
use airlock_store::Digest;
use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Whoever changes which components there are holds this file locked.
const TURN: &str = ".lock";

/// How long a digest is as text.
const DIGEST: usize = 64;

/// The folder of components.
pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{digest}.wasm"))
    }

    pub(crate) fn put(&self, digest: &Digest, wasm: &[u8]) -> Result<(), HostError> {
        let path = self.path(digest);
        if std::fs::read(&path).is_ok_and(|there| Digest::of(&there) == *digest) {
            return Ok(());
        }
        write_private(&path, &[wasm])
    }

    /// Waits for whoever else is adding or throwing away components, in this process or another.
    pub(crate) fn turn(&self) -> Result<File, HostError> {
        let path = self.folder.join(TURN);
        let failed = |source| HostError::File {
            what: "locking",
            path: path.display().to_string(),
            source,
        };
        if !path.exists() {
            write_private(&path, &[])?;
        }
        let file = File::options().write(true).open(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(file)
    }

    /// Removes the components that are not `used`.
    pub(crate) fn collect(&self, used: &HashSet<Digest>) {
        collect(&self.folder, used);
    }

    pub(crate) fn get(&self, digest: &Digest) -> Result<Vec<u8>, HostError> {
        let path = self.path(digest);
        let wasm = std::fs::read(&path).map_err(|source| HostError::File {
            what: "reading component",
            path: path.display().to_string(),
            source,
        })?;
        if Digest::of(&wasm) != *digest {
            return Err(HostError::Component(format!(
                "{} is not what was added: its digest is {}; add the connector again",
                path.display(),
                Digest::of(&wasm)
            )));
        }
        Ok(wasm)
    }
}

/// Removes the files of `folder` that are named after a digest that is not `used`. One that cannot be
/// removed is removed another time.
pub(super) fn collect(folder: &Path, used: &HashSet<Digest>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let digest = name.to_str().and_then(|name| name.get(..DIGEST));
        let Some(Ok(digest)) = digest.map(str::parse::<Digest>) else {
            continue;
        };
        if !used.contains(&digest)
            && let Err(error) = std::fs::remove_file(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "a component that nobody uses was not removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_after_an_unused_digest_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (used, unused) = (Digest::of(b"used"), Digest::of(b"unused"));
        let names = [
            format!("{used}.wasm"),
            format!("{used}-0123456789abcdef.cwasm"),
            "notes.txt".to_owned(),
            TURN.to_owned(),
        ];
        let gone = [
            format!("{unused}.wasm"),
            format!("{unused}-0123456789abcdef.cwasm"),
        ];
        for name in names.iter().chain(&gone) {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        collect(folder.path(), &HashSet::from([used]));
        for name in &names {
            assert!(folder.path().join(name).exists(), "{name}");
        }
        for name in &gone {
            assert!(!folder.path().join(name).exists(), "{name}");
        }
        collect(&folder.path().join("missing"), &HashSet::new());
    }

    #[test]
    fn one_at_a_time_changes_which_components_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().join("components"));
        let turn = files.turn().unwrap();
        let path = folder.path().join("components").join(TURN);
        let other = File::options().write(true).open(path).unwrap();
        assert!(other.try_lock().is_err());
        drop(turn);
        assert!(other.try_lock().is_ok());
    }
}
