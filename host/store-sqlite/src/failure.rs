//! What SQLite's errors mean to a person.
//!
//! Store layer. Result codes: <https://www.sqlite.org/rescode.html>.

use std::path::Path;
use std::time::Duration;

use airlock_store::{StoreError, files};
use rusqlite::ErrorCode;
use rusqlite::ffi;

/// The error in a person's terms, for the database at `path` after waiting `waited` for others.
pub(crate) fn explain(path: &Path, waited: Duration, error: &rusqlite::Error) -> StoreError {
    let owned = || path.to_owned();
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        // A column of another type than the schema gives it, and the like.
        return StoreError::Damaged {
            store: path.display().to_string(),
            detail: error.to_string(),
        };
    };
    match failure.code {
        ErrorCode::DiskFull => StoreError::DiskFull { path: owned() },
        // Growing the shared index of the log failed, for which the only likely reason is space;
        // and what else SQLite says when the disk is full.
        ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
            StoreError::DiskFull { path: owned() }
        }
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen if files::is_disk_full(path) => {
            StoreError::DiskFull { path: owned() }
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly { path: owned() },
        ErrorCode::CannotOpen if path.is_dir() => StoreError::Io {
            path: owned(),
            detail: "it is a folder; give the path of a file".into(),
        },
        ErrorCode::CannotOpen => StoreError::ReadOnly { path: owned() },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Locked {
            path: owned(),
            waited_s: waited.as_secs(),
        },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged {
            store: path.display().to_string(),
            detail: message.clone().unwrap_or_else(|| error.to_string()),
        },
        _ => StoreError::Io {
            path: owned(),
            detail: message.clone().unwrap_or_else(|| error.to_string()),
        },
    }
}

/// Whether a constraint of this kind was violated, such as `SQLITE_CONSTRAINT_UNIQUE`.
pub(crate) fn violates(error: &rusqlite::Error, constraint: i32) -> bool {
    error
        .sqlite_error()
        .is_some_and(|failure| failure.extended_code == constraint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(code: i32) -> StoreError {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        explain(Path::new("/x/y.db"), Duration::from_secs(5), &error)
    }

    #[test]
    fn every_kind_of_failure_is_told_apart() {
        for (code, part) in [
            (ffi::SQLITE_FULL, "no space left"),
            (ffi::SQLITE_IOERR_SHMSIZE, "no space left"),
            (ffi::SQLITE_READONLY_DIRECTORY, "cannot be written"),
            (ffi::SQLITE_PERM, "cannot be written"),
            (ffi::SQLITE_BUSY, "over 5 s"),
            (ffi::SQLITE_BUSY_SNAPSHOT, "over 5 s"),
            (ffi::SQLITE_CORRUPT, "damaged"),
            (ffi::SQLITE_NOTADB, "damaged"),
            (ffi::SQLITE_IOERR_READ, "cannot be used"),
        ] {
            let text = explained(code).to_string();
            assert!(
                text.contains(part) && text.contains("/x/y.db"),
                "{code}: {text}"
            );
        }
    }
}
