//! Turns: one lock file for each connection that ever took one.
//!
//! Store layer. The operating system's lock rather than a row with a time in it: it has no length
//! that the work could outlast, it ends with the process that holds it, and no clock decides about
//! it. Asked for again and again instead of waited for, because a wait inside the system could not
//! be given up.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use airlock_store::{ConnectionId, StoreError, Turn, files};

/// How long to wait before asking again: short against the second that a token request takes, long
/// against the microseconds of asking.
const PAUSE: Duration = Duration::from_millis(20);

/// Takes the turn of `connection`; `None` when it was not free within `wait`.
pub(crate) async fn take(
    database: &Path,
    connection: &ConnectionId,
    wait: Duration,
) -> Result<Option<Turn>, StoreError> {
    let path = path(database, connection);
    files::make_private_parent(&path)?;
    files::create_private(&path)?;
    let explain = |error: std::io::Error| files::explain(&path, &error);
    let file = File::options().write(true).open(&path).map_err(explain)?;
    let asked = async {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
                Err(TryLockError::Error(error)) => return Err(explain(error)),
            }
        }
    };
    match tokio::time::timeout(wait, asked).await {
        Ok(taken) => taken.map(|()| Some(Turn::new(file))),
        Err(_) => Ok(None),
    }
}

/// Removes the lock file of a connection that is gone. Whoever still has its turn can keep nothing
/// for it any more, and no other connection ever has its id.
pub(crate) fn forget(database: &Path, connection: &ConnectionId) {
    let _ = std::fs::remove_file(path(database, connection));
}

fn path(database: &Path, connection: &ConnectionId) -> PathBuf {
    let mut folder = database.file_name().unwrap_or_default().to_owned();
    folder.push(".turns");
    let name = connection.as_uuid().simple().to_string();
    database.with_file_name(folder).join(name)
}
