//! A master key from a file.
//!
//! Store layer. The file is made on first use with mode 0600; one that others may read is refused
//! and not repaired, because whether somebody has read it is a question only its owner can answer.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use secrecy::zeroize::Zeroizing;

use super::{KeyOrigin, MasterKey};
use crate::error::StoreError;
use crate::files;

/// No key file is longer: base64 of 32 bytes is 44 characters, the rest is room for line ends.
const LONGEST: u64 = 128;

impl MasterKey {
    /// As [`from_file_or_create`](Self::from_file_or_create), for the database at `database`: a new
    /// key is made only where there is no database yet, because one that was sealed with another key
    /// would never open with it.
    ///
    /// # Errors
    /// [`StoreError::Key`] besides when the database is there and the key is not.
    pub fn from_file_for(path: &Path, database: &Path) -> Result<Self, StoreError> {
        let is_sealed = std::fs::metadata(database).is_ok_and(|about| about.len() > 0);
        if !is_sealed {
            return Self::from_file_or_create(path);
        }
        // Asked for after the database: whoever makes both at this moment makes the key first.
        read(path)?.ok_or_else(|| {
            KeyOrigin::File(path.to_owned()).unusable(format!(
                "it is not there, and {database} is sealed with it; put it back from a backup, or give its text in AIRLOCK_MASTER_KEY; if it is lost, so are the secrets: move {database} away and add the connections anew",
                database = database.display()
            ))
        })
    }

    /// The key in the file at `path`, which is made with a new key and mode 0600 if it is not
    /// there. Processes that start at once agree on one key.
    ///
    /// # Errors
    /// [`StoreError::Key`] when others than its owner may get at the file or it holds no key.
    pub fn from_file_or_create(path: &Path) -> Result<Self, StoreError> {
        if let Some(key) = read(path)? {
            return Ok(key);
        }
        create(path)?;
        read(path)?.ok_or_else(|| {
            KeyOrigin::File(path.to_owned()).unusable("it was removed while it was being made")
        })
    }
}

/// The key in the file; `None` when there is no file.
fn read(path: &Path) -> Result<Option<MasterKey>, StoreError> {
    let origin = KeyOrigin::File(path.to_owned());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(origin.unusable(format!("it cannot be read ({error})"))),
    };
    let failed = |error: io::Error| origin.unusable(format!("it cannot be read ({error})"));
    // Asked of the open file: the path may point elsewhere a moment later.
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(origin.unusable("it is not a file"));
    }
    if let Some(whose) = files::foreign_owner(&metadata) {
        return Err(origin.unusable(format!(
            "{whose}, so somebody else knows it; if it is yours, give it to the user who runs this with `chown`, and otherwise renew the secrets that were sealed with it"
        )));
    }
    let others = files::open_to_others(&metadata);
    if others != 0 {
        return Err(origin.unusable(format!(
            "others than its owner may get at it (mode bits {others:03o}); run `chmod 600 {}`, and if somebody else may have read it, renew the secrets that were sealed with it",
            path.display()
        )));
    }
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize));
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(failed)?;
    MasterKey::parse(&text, origin).map(Some)
}

/// Makes the file whole before it gets its name, so that nobody ever reads half a key, and leaves
/// one that another process made meanwhile as it is.
fn create(path: &Path) -> Result<(), StoreError> {
    files::make_private_parent(path)?;
    let origin = KeyOrigin::File(path.to_owned());
    let failed = |error: io::Error| {
        match files::explain(path, &error) {
        full @ StoreError::DiskFull { .. } => full,
        _ => origin.unusable(format!(
            "it is not there and cannot be made ({error}); make its folder writable for this user, or point the data directory elsewhere"
        )),
    }
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let key = MasterKey::random(origin.clone())?;
    // Temporary files are made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    writeln!(file, "{}", *key.text()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(other) => Err(failed(other.error)),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_first_use_makes_a_private_file_in_a_private_folder_and_the_next_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/master.key");
        let made = MasterKey::from_file_or_create(&path).unwrap();
        let read = MasterKey::from_file_or_create(&path).unwrap();
        assert_eq!(made.bytes.expose_secret(), read.bytes.expose_secret());
        let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused_with_the_command_that_helps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::from_file_or_create(&path).unwrap();
        for mode in [0o644, 0o640, 0o604, 0o660, 0o601] {
            set_mode(&path, mode);
            let error = MasterKey::from_file_or_create(&path).unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains(&format!("chmod 600 {}", path.display())),
                "{mode:o}: {error}"
            );
        }
        for mode in [0o600, 0o400] {
            set_mode(&path, mode);
            MasterKey::from_file_or_create(&path).unwrap();
        }
    }

    #[test]
    fn a_key_of_somebody_else_is_refused_by_their_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::from_file_or_create(&path).unwrap();
        // Only root can give a file away.
        if std::os::unix::fs::chown(&path, Some(65534), None).is_err() {
            return;
        }
        let error = MasterKey::from_file_or_create(&path).unwrap_err();
        assert!(error.to_string().contains("uid 65534"), "{error}");
    }

    #[test]
    fn whoever_planted_a_key_that_nobody_refused_could_read_what_was_sealed_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::from_file_or_create(&path).unwrap();
        let planted = std::fs::read_to_string(&path).unwrap();
        if std::os::unix::fs::chown(&path, Some(65534), None).is_err() {
            return;
        }
        assert!(MasterKey::from_file_or_create(&path).is_err());
        // As a host that does not look whose it is: it parses, and is the one that somebody else knows.
        let text = std::fs::read_to_string(&path).unwrap();
        let [ours, theirs] = [&text, &planted].map(|text| {
            let key = MasterKey::parse(text, KeyOrigin::File(path.clone())).unwrap();
            key.derive("what is sealed")
        });
        assert_eq!(ours.expose_secret(), theirs.expose_secret());
    }

    #[test]
    fn no_new_key_is_made_beside_a_database_that_another_one_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, database) = (
            folder.path().join("master.key"),
            folder.path().join("airlock.db"),
        );
        MasterKey::from_file_for(&path, &database).unwrap();
        std::fs::write(&database, "sealed").unwrap();
        MasterKey::from_file_for(&path, &database).unwrap();
        std::fs::remove_file(&path).unwrap();
        let error = MasterKey::from_file_for(&path, &database)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("airlock.db") && error.contains("backup"),
            "{error}"
        );
        assert!(!path.exists());
    }

    #[test]
    fn many_that_begin_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| MasterKey::from_file_or_create(&path).unwrap()))
                .collect();
            threads
                .into_iter()
                .map(|thread| *thread.join().unwrap().bytes.expose_secret())
                .collect()
        });
        assert!(keys.iter().all(|key| key == &keys[0]));
    }

    #[test]
    fn an_empty_foreign_or_endless_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        for content in ["", "not a key", &"A".repeat(1 << 20)] {
            std::fs::write(&path, content).unwrap();
            set_mode(&path, 0o600);
            let error = MasterKey::from_file_or_create(&path).unwrap_err();
            assert!(error.to_string().contains("master.key"), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
        let error = MasterKey::from_file_or_create(folder.path()).unwrap_err();
        assert!(error.to_string().contains("not a file"), "{error}");
    }
}
