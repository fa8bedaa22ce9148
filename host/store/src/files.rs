//! Files that only their owner may read.
//!
//! Store layer. The master key and the database are such files; what "only" means is a matter of
//! the operating system, so it is said once, here. Outside Unix the folder's own access list has
//! to do it.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::error::StoreError;

/// Below this much free space a failed write is blamed on the full disk even where the system
/// gave another reason: SQLite reports some such failures as "cannot open". 64 KiB is what the
/// smallest database with its log takes.
#[cfg(unix)]
const HARDLY_ANY_SPACE: u64 = 64 * 1024;

/// Creates the folder that `path` lies in, closed to others, unless it exists.
pub(crate) fn make_private_parent(path: &Path) -> Result<(), StoreError> {
    let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) else {
        return Ok(());
    };
    if parent.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(parent)
        .map_err(|error| explain(parent, &error))
}

/// Creates `path` empty with mode 0600; `false` when it exists.
pub(crate) fn create_private(path: &Path) -> Result<bool, StoreError> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(explain(path, &error)),
    }
}

/// The permission bits by which others than the owner may get at the file, such as `0o044`.
pub(crate) fn open_to_others(metadata: &std::fs::Metadata) -> u32 {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077;
    #[cfg(not(unix))]
    {
        let _ = metadata;
        0
    }
}

/// Takes the file away from others; does nothing where the file is not ours to change.
pub(crate) fn close_to_others(path: &Path, metadata: &std::fs::Metadata) {
    #[cfg(unix)]
    if open_to_others(metadata) != 0 {
        let mut permissions = metadata.permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
        // Whoever is not the owner cannot; what lies in the file is sealed either way.
        let _ = std::fs::set_permissions(path, permissions);
    }
    #[cfg(not(unix))]
    let _ = (path, metadata);
}

/// Whether the disk under `path` is as good as full.
pub(crate) fn is_disk_full(path: &Path) -> bool {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        rustix::fs::statvfs(folder.unwrap_or(Path::new(".")))
            .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < HARDLY_ANY_SPACE)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// What an operating system's error about `path` means to a person.
pub(crate) fn explain(path: &Path, error: &io::Error) -> StoreError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull { path },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { path }
        }
        _ => StoreError::Io {
            path,
            detail: error.to_string(),
        },
    }
}
