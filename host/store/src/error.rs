//! What can go wrong with the store, each with what a person needs to put it right.
//!
//! Store layer. Everything is plain text on purpose: one failure may be told to many waiting
//! callers, so it has to be clonable, and no driver type leaks into the layers above.

use std::path::PathBuf;

use crate::ids::{ConnectionName, ConnectorName, SubscriptionName, TenantId};

/// A failure of the store. `Display` says what happened, where, and what to do next; no variant
/// ever carries a secret or a sealed value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The tenant has a connection of this name already.
    #[error(
        "tenant {tenant} has a connection named {name} already; choose another name, or remove that one first"
    )]
    Exists {
        /// Whose.
        tenant: TenantId,
        /// The name that is taken.
        name: ConnectionName,
    },

    /// The tenant has a subscription of this name already.
    #[error(
        "tenant {tenant} has a subscription named {name} already; choose another name, or remove that one first"
    )]
    SubscriptionExists {
        /// Whose.
        tenant: TenantId,
        /// The name that is taken.
        name: SubscriptionName,
    },

    /// A subscription is not there (any more).
    #[error("the subscription is gone: it was removed while it was in use")]
    NoSuchSubscription,

    /// A connector cannot be removed while connections use it.
    #[error(
        "connector {connector} is used by {}; remove {} first",
        list(connections),
        if connections.len() == 1 { "it" } else { "them" }
    )]
    InUse {
        /// The connector.
        connector: ConnectorName,
        /// The connections that use it.
        connections: Vec<ConnectionName>,
    },

    /// A connection names a connector that the tenant has not installed.
    #[error("tenant {tenant} has no connector named {connector}; add the connector first")]
    NoSuchConnector {
        /// Whose.
        tenant: TenantId,
        /// The connector that is missing.
        connector: ConnectorName,
    },

    /// A value was to be kept for a connection that is not there (any more).
    #[error("the connection is gone: it was removed while it was in use")]
    NoSuchConnection,

    /// The disk, or the quota on it, is full.
    #[error(
        "no space left for the store {path}: free some space on that disk, or point the data directory elsewhere, and try again; nothing was changed",
        path = path.display()
    )]
    DiskFull {
        /// The database file.
        path: PathBuf,
    },

    /// The database, or the folder it lies in, may not be written.
    #[error(
        "the store {path} cannot be written: make the file and its folder writable for this user, or point the data directory elsewhere",
        path = path.display()
    )]
    ReadOnly {
        /// The database file.
        path: PathBuf,
    },

    /// Another process held the store for longer than the wait that is allowed.
    #[error(
        "the store {path} is busy: another process has been writing for over {waited_s} s; try again, and look for a process that hangs if it stays so",
        path = path.display()
    )]
    Locked {
        /// The database file.
        path: PathBuf,
        /// How long was waited, in seconds.
        waited_s: u64,
    },

    /// The store is sealed with another master key than the one at hand.
    #[error(
        "the store {store} is sealed with another master key than the one from {origin}: bring back the key it was made with; without it its secrets are lost, and a new store has to be begun by moving that file away"
    )]
    WrongKey {
        /// Which store.
        store: String,
        /// Where the key at hand came from.
        origin: String,
    },

    /// The master key cannot be had or must not be used.
    #[error("the master key from {origin} cannot be used: {problem}")]
    Key {
        /// Where the key comes from: a file's path or a variable's name.
        origin: String,
        /// What is wrong with it and how to put it right.
        problem: String,
    },

    /// The folder that holds the state is not this user's alone to change.
    #[error("the data folder {path} cannot be used: {problem}", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it and how to put it right.
        problem: String,
    },

    /// The database was written by a newer release.
    #[error(
        "the store {path} has schema {found}, this release knows up to {known}: it was written by a newer release; upgrade this one",
        path = path.display()
    )]
    SchemaTooNew {
        /// The database file.
        path: PathBuf,
        /// The schema version found.
        found: i64,
        /// The newest schema version this release knows.
        known: i64,
    },

    /// The store is not one, or its content is broken.
    #[error(
        "the store {store} is damaged ({detail}): restore it from a backup, or move the file away to begin a new one"
    )]
    Damaged {
        /// Which store.
        store: String,
        /// What was found.
        detail: String,
    },

    /// A sealed value does not open in the place it was found: altered, or moved there.
    #[error(
        "a sealed value ({what}) does not open where it was found: the store was altered from outside; restore it from a backup, or remove the connection and add it again"
    )]
    Tampered {
        /// What was to be opened.
        what: String,
    },

    /// Any other failure of the disk or the operating system.
    #[error("the store {path} cannot be used: {detail}", path = path.display())]
    Io {
        /// The file concerned.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },

    /// A defect in this crate.
    #[error("defect in the store: {0}; please report it")]
    Defect(String),
}

/// `connection a`, `connections a and b`, `connections a, b, c and 4 more`.
fn list(names: &[ConnectionName]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match (names.len(), shown.split_last()) {
        (_, None) => "connections".into(),
        (1, Some((only, _))) => format!("connection {only}"),
        (n, _) if n > SHOWN => format!("connections {} and {} more", shown.join(", "), n - SHOWN),
        (_, Some((last, rest))) => format!("connections {} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_in_use_are_listed_as_people_would_and_never_endlessly() {
        let names = |n: usize| -> Vec<ConnectionName> {
            (0..n).map(|i| format!("c{i}").parse().unwrap()).collect()
        };
        assert_eq!(list(&names(1)), "connection c0");
        assert_eq!(list(&names(2)), "connections c0 and c1");
        assert_eq!(list(&names(5)), "connections c0, c1, c2, c3 and c4");
        assert_eq!(list(&names(9)), "connections c0, c1, c2, c3, c4 and 4 more");
    }
}
