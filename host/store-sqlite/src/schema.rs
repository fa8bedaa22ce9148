//! The tables, and how older ones become newer ones.
//!
//! Store layer. A released migration is never edited: the next one is appended. Columns that rows
//! are looked up by stand in the clear; what else there is to know lies sealed in `details`.

use rusqlite::Transaction;

/// `AirL`: how a file says that it is ours and not some other program's database.
pub(crate) const APPLICATION_ID: i64 = 0x4169_724c;

/// Step `n` turns schema version `n` into `n + 1`.
const MIGRATIONS: &[&str] = &[
    "CREATE TABLE key_check (
         salt  BLOB NOT NULL,
         value BLOB NOT NULL
     ) STRICT;

     CREATE TABLE connector (
         tenant  TEXT NOT NULL,
         name    TEXT NOT NULL,
         details BLOB NOT NULL,
         PRIMARY KEY (tenant, name)
     ) STRICT, WITHOUT ROWID;

     CREATE TABLE connection (
         id        BLOB NOT NULL PRIMARY KEY,
         tenant    TEXT NOT NULL,
         name      TEXT NOT NULL,
         connector TEXT NOT NULL,
         details   BLOB NOT NULL,
         secrets   BLOB NOT NULL,
         UNIQUE (tenant, name),
         FOREIGN KEY (tenant, connector) REFERENCES connector (tenant, name)
     ) STRICT;
     CREATE INDEX connection_by_connector ON connection (tenant, connector);

     CREATE TABLE sealed (
         connection BLOB NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
         slot       TEXT NOT NULL,
         value      BLOB NOT NULL,
         PRIMARY KEY (connection, slot)
     ) STRICT, WITHOUT ROWID;

     CREATE TABLE run (
         seq     INTEGER PRIMARY KEY,
         id      BLOB NOT NULL UNIQUE,
         tenant  TEXT NOT NULL,
         details BLOB NOT NULL
     ) STRICT;
     CREATE INDEX run_by_tenant ON run (tenant, seq);",
    // `name` stands for tenant, connection and key; `expires` is in seconds since 1970.
    "CREATE TABLE keyed_call (
         name       BLOB NOT NULL UNIQUE,
         connection BLOB NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
         expires    INTEGER NOT NULL,
         details    BLOB NOT NULL
     ) STRICT;
     CREATE INDEX keyed_call_by_connection ON keyed_call (connection);
     CREATE INDEX keyed_call_by_expiry ON keyed_call (expires);",
    // What a connection's keys take is added up from the index alone.
    "DROP INDEX keyed_call_by_connection;
     CREATE INDEX keyed_call_by_connection
         ON keyed_call (connection, expires, LENGTH(details));",
    // `due` is in milliseconds since 1970, `alive_until` on the clock of `boot`, one start of the machine.
    // A task without a living owner is anybody's; `epoch` is its fence.
    "CREATE TABLE worker (
         id          BLOB NOT NULL PRIMARY KEY,
         boot        TEXT NOT NULL,
         alive_until INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;

     CREATE TABLE task (
         id       BLOB NOT NULL,
         kind     TEXT NOT NULL,
         tenant   TEXT NOT NULL,
         due      INTEGER,
         owner    BLOB,
         epoch    INTEGER NOT NULL DEFAULT 0,
         failures INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (id, kind)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX task_by_due ON task (kind, due);

     CREATE TABLE subscription (
         id         BLOB NOT NULL PRIMARY KEY,
         tenant     TEXT NOT NULL,
         name       TEXT NOT NULL,
         connection BLOB NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
         plan       BLOB NOT NULL,
         progress   BLOB,
         last       INTEGER NOT NULL DEFAULT 0,
         UNIQUE (tenant, name)
     ) STRICT;
     CREATE INDEX subscription_by_connection ON subscription (connection);
     CREATE TRIGGER subscription_removed AFTER DELETE ON subscription
     BEGIN DELETE FROM task WHERE id = OLD.id; END;

     CREATE TABLE event (
         subscription BLOB NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
         seq          INTEGER NOT NULL,
         name         BLOB NOT NULL,
         found_at     INTEGER NOT NULL,
         state        INTEGER NOT NULL,
         details      BLOB NOT NULL,
         note         BLOB,
         PRIMARY KEY (subscription, seq),
         UNIQUE (subscription, name)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX event_by_state ON event (subscription, state, seq);",
];

/// The schema version that this release reads and writes.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Takes the database from version `from` to [`VERSION`].
pub(crate) fn migrate(transaction: &Transaction<'_>, from: i64) -> rusqlite::Result<()> {
    for step in MIGRATIONS.iter().skip(usize::try_from(from).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)
}
