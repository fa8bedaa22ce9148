//! Components on disk, by the digest of their bytes.
//!
//! The database names a digest; the bytes are verified against it each time they are read, so a
//! component swapped on disk is refused instead of run.

use super::cache::write_private;
use crate::error::HostError;
use airlock_store::Digest;
use std::path::PathBuf;

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
