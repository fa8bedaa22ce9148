//! The data folder and the key file: that they are there, writable, and nobody else's business.

use super::finding::Finding;
use std::io;
use std::path::Path;

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// Looks at the data folder and the key in it; with `fix`, makes and closes what is safe to.
pub(super) fn check(data: &Path, fix: bool) -> Vec<Finding> {
    let mut findings = vec![folder(data, fix)];
    findings.push(match std::env::var_os("AIRLOCK_MASTER_KEY") {
        Some(_) => Finding::good("master key", "from AIRLOCK_MASTER_KEY"),
        None => key(&data.join("master.key"), super::state::is_there(data), fix),
    });
    findings
}

fn folder(data: &Path, fix: bool) -> Finding {
    let area = "data folder";
    let path = data.display();
    match std::fs::metadata(data) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !fix {
                return Finding::good(area, format!("{path} will be made when it is needed"));
            }
            match make(data) {
                Ok(()) => Finding::repaired(area, format!("made {path}")),
                Err(error) => Finding::bad(area, format!("{path} cannot be made: {error}"))
                    .advise("choose another place: --data-dir DIR or AIRLOCK_DATA_DIR"),
            }
        }
        Err(error) => Finding::bad(area, format!("{path} cannot be reached: {error}")),
        Ok(about) if !about.is_dir() => Finding::bad(area, format!("{path} is not a folder"))
            .advise("choose another place: --data-dir DIR or AIRLOCK_DATA_DIR"),
        Ok(about) => {
            if let Err(error) = writable(data) {
                return Finding::bad(area, format!("{path} cannot be written to: {error}"))
                    .advise("give it to the user who runs airlock, or choose another place");
            }
            private(area, data, mode(&about), 0o700, fix)
        }
    }
}

/// `needed` says that a database is there, which the key opens.
fn key(path: &Path, needed: bool, fix: bool) -> Finding {
    let area = "master key";
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && needed => Finding::bad(
            area,
            format!(
                "{} is gone, and the database is sealed with it",
                path.display()
            ),
        )
        .advise("bring it back from a backup, or set AIRLOCK_MASTER_KEY to it")
        .advise("without it the secrets are lost: move the data folder away to begin anew"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Finding::good(
            area,
            format!("{} will be made when it is needed", path.display()),
        ),
        Err(error) => Finding::bad(
            area,
            format!("{} cannot be reached: {error}", path.display()),
        ),
        Ok(about) => {
            let finding = private(area, path, mode(&about), 0o600, fix);
            if mode(&about).is_some_and(|mode| mode & OTHERS != 0) {
                // The bits can be mended; what somebody read meanwhile cannot.
                return finding.advise(
                    "if somebody else may have read it, renew the secrets of every connection",
                );
            }
            finding
        }
    }
}

/// Judges the permission bits and closes them where that was asked for.
fn private(area: &str, path: &Path, mode: Option<u32>, right: u32, fix: bool) -> Finding {
    let shown = path.display();
    match mode {
        Some(mode) if mode & OTHERS != 0 => {
            let wrong = format!("{shown} is open to others (mode {:03o})", mode & 0o777);
            if !fix {
                return Finding::bad(area, wrong)
                    .advise(format!("chmod {right:o} {shown}, or: airlock doctor --fix"));
            }
            match close(path, right) {
                Ok(()) => Finding::repaired(area, format!("{wrong}; closed it")),
                Err(error) => Finding::bad(area, format!("{wrong} and cannot be closed: {error}")),
            }
        }
        _ => Finding::good(area, shown.to_string()),
    }
}

/// Whether a file can be made in the folder.
fn writable(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::File::create(&probe)?;
    std::fs::remove_file(probe)
}

#[cfg(unix)]
fn mode(about: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(about.permissions().mode())
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
fn close(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn close(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::finding::Status;
    use super::*;

    #[test]
    fn a_key_that_others_may_read_is_bad_until_it_is_mended() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("master.key");
        std::fs::write(&path, "key").unwrap();
        close(&path, 0o644).unwrap();
        let found = key(&path, false, false);
        assert_eq!(found.status, Status::Bad);
        assert!(found.advice[0].starts_with("chmod 600"), "{found:?}");
        assert_eq!(key(&path, false, true).status, Status::Repaired);
        assert_eq!(key(&path, false, false).status, Status::Good);
    }

    #[test]
    fn a_key_that_is_gone_is_missed_only_where_something_is_sealed_with_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("master.key");
        assert_eq!(key(&path, false, true).status, Status::Good);
        let found = key(&path, true, true);
        assert_eq!(found.status, Status::Bad);
        assert!(found.advice[0].contains("backup"), "{found:?}");
        assert!(!path.exists());
    }

    #[test]
    fn a_missing_folder_is_made_only_when_asked() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("a/b");
        assert_eq!(folder(&data, false).status, Status::Good);
        assert!(!data.exists());
        assert_eq!(folder(&data, true).status, Status::Repaired);
        let mode = mode(&std::fs::metadata(&data).unwrap()).unwrap();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_file_where_the_folder_should_be_is_bad() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        std::fs::write(&data, "").unwrap();
        assert_eq!(folder(&data, true).status, Status::Bad);
    }
}
