//! Files that only their owner may read.
//!
//! Store layer. The master key and an embedded database are such files; what "only" means is a matter of
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

/// The user who may do anything.
#[cfg(unix)]
const ROOT: u32 = 0;

/// The permission bits by which others than the owner may change what lies in a folder.
#[cfg(unix)]
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// Makes sure that the folder of the host's state is there, and that nobody but its owner can put
/// files into it: whoever can might put a key or a component of their own in the place of ours.
///
/// # Errors
/// [`StoreError::Folder`] when it belongs to somebody else or others may write to it, and what the
/// disk may answer when it has to be made.
pub fn private_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| explain(path, &error))?;
    let metadata = std::fs::metadata(path).map_err(|error| explain(path, &error))?;
    match open_folder(path, &metadata) {
        Some(problem) => Err(StoreError::Folder {
            path: path.to_owned(),
            problem,
        }),
        None => Ok(()),
    }
}

fn open_folder(path: &Path, metadata: &std::fs::Metadata) -> Option<String> {
    if let Some(whose) = foreign_owner(metadata) {
        return Some(format!(
            "{whose}; give the folder and what lies in it to the user who runs this, or point the data directory elsewhere"
        ));
    }
    #[cfg(unix)]
    if open_to_others(metadata) & WRITABLE_BY_OTHERS != 0 {
        return Some(format!(
            "others than its owner may change what lies in it (mode bits {:03o}); run `chmod 700 {path}`, or point the data directory to a folder inside it, which is then made for this user alone",
            open_to_others(metadata),
            path = path.display()
        ));
    }
    let _ = path;
    None
}

/// Creates the folder that `path` lies in, closed to others, unless it exists.
///
/// # Errors
/// What the disk may answer.
pub fn make_private_parent(path: &Path) -> Result<(), StoreError> {
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
///
/// # Errors
/// What the disk may answer.
pub fn create_private(path: &Path) -> Result<bool, StoreError> {
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

/// The user, in words, that a file belongs to when that is neither this process's user nor root, who
/// can do anything anyway.
pub(crate) fn foreign_owner(metadata: &std::fs::Metadata) -> Option<String> {
    #[cfg(unix)]
    {
        let owner = std::os::unix::fs::MetadataExt::uid(metadata);
        let us = rustix::process::geteuid().as_raw();
        (owner != us && owner != ROOT).then(|| {
            format!(
                "it belongs to {}, and this process runs as {}",
                user(owner),
                user(us)
            )
        })
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// A user by name, as far as the machine's own list has one.
#[cfg(unix)]
fn user(id: u32) -> String {
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then_some(name)
    });
    match name {
        Some(name) => format!("{name} (uid {id})"),
        None => format!("uid {id}"),
    }
}

/// Takes the file away from others; does nothing where the file is not ours to change.
pub fn close_to_others(path: &Path, metadata: &std::fs::Metadata) {
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
pub fn is_disk_full(path: &Path) -> bool {
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
pub fn explain(path: &Path, error: &io::Error) -> StoreError {
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

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder(mode: u32) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(mode)).unwrap();
        folder
    }

    #[test]
    fn a_folder_that_others_may_change_is_refused_with_the_command_that_helps() {
        for mode in [0o777, 0o770, 0o702, 0o1777] {
            let folder = folder(mode);
            let error = private_folder(folder.path()).unwrap_err().to_string();
            let command = format!("chmod 700 {}", folder.path().display());
            assert!(error.contains(&command), "{mode:o}: {error}");
        }
        for mode in [0o700, 0o755] {
            private_folder(folder(mode).path()).unwrap();
        }
    }

    #[test]
    fn a_folder_that_is_made_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("deep/er");
        private_folder(&made).unwrap();
        let mode = std::fs::metadata(&made).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    /// Only root can give a file away; without it there is nobody else's folder to be had.
    #[test]
    fn what_belongs_to_somebody_else_is_refused_by_their_name() {
        const NOBODY: u32 = 65534;
        let folder = folder(0o700);
        if std::os::unix::fs::chown(folder.path(), Some(NOBODY), None).is_err() {
            return;
        }
        let error = private_folder(folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("uid 65534") && error.contains("this process runs as"),
            "{error}"
        );
    }

    #[test]
    fn users_are_named_as_the_machine_knows_them() {
        assert_eq!(user(ROOT), "root (uid 0)");
        assert_eq!(user(4_000_000_000), "uid 4000000000");
    }
}
