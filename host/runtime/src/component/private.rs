//! A file that only its owner can read: components and their machine code are written so.

use std::io::Write;
use std::path::Path;

use crate::error::HostError;

/// Writes a file that only its owner can read, at once or not at all.
pub(crate) fn write_private(path: &Path, parts: &[&[u8]]) -> Result<(), HostError> {
    let failed = |source: std::io::Error| HostError::File {
        what: "writing",
        path: path.display().to_string(),
        source,
    };
    let folder = path
        .parent()
        .ok_or_else(|| failed(std::io::ErrorKind::InvalidInput.into()))?;
    std::fs::create_dir_all(folder).map_err(failed)?;
    let temporary = folder.join(format!(".{}.tmp", uuid::Uuid::new_v4()));
    let written = (|| {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_data()?;
        std::fs::rename(&temporary, path)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written.map_err(failed)
}
