//! The transaction that runs on this thread, if there is one.
//!
//! Layer: storage. A write may call code that reads and writes again: a batch calls requests, an action calls creates.
//! Such calls must see what has not been committed yet and must go when the whole goes, so they find the running
//! transaction here instead of taking a connection of their own, which would wait for itself for ever.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rusqlite::Connection;

use super::event::Event;

thread_local! {
    /// Rarely more than one: a thread writes to one organisation at a time.
    static RUNNING: RefCell<Vec<(u64, Rc<Session>)>> = const { RefCell::new(Vec::new()) };
}

/// A running transaction.
pub struct Session {
    connection: Connection,
    version: Cell<i64>,
    identities: Cell<bool>,
    events: RefCell<Vec<Event>>,
}

impl Session {
    /// The transaction of a database on this thread.
    pub fn current(database: u64) -> Option<Rc<Self>> {
        RUNNING.with_borrow(|running| {
            let (_, session) = running.iter().find(|(owner, _)| *owner == database)?;
            Some(session.clone())
        })
    }

    /// The connection that sees what the transaction did.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The version of the newest change so far.
    pub fn version(&self) -> i64 {
        self.version.get()
    }

    /// The next row version, larger than every one before.
    pub fn next_version(&self) -> i64 {
        self.version.set(self.version.get() + 1);
        self.version.get()
    }

    /// Remembers that users, teams or business units changed.
    pub fn note_identities(&self) {
        self.identities.set(true);
    }

    /// Whether users, teams or business units changed, even if that was undone.
    pub fn changed_identities(&self) -> bool {
        self.identities.get()
    }

    /// Remembers what was done to a row, for when the transaction has committed.
    pub fn raise(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    /// What was done to rows.
    pub fn take_events(&self) -> Vec<Event> {
        self.events.take()
    }

    /// Begins a part that can be undone alone.
    ///
    /// # Errors
    /// When SQLite cannot.
    pub fn part(&self) -> rusqlite::Result<Part<'_>> {
        self.connection.execute_batch("SAVEPOINT part")?;
        Ok(Part {
            session: self,
            version: self.version.get(),
            events: self.events.borrow().len(),
            open: true,
        })
    }
}

/// A part of a transaction; undone unless kept.
pub struct Part<'a> {
    session: &'a Session,
    version: i64,
    events: usize,
    open: bool,
}

impl Part<'_> {
    /// Makes the part a piece of the whole.
    ///
    /// # Errors
    /// When SQLite cannot.
    pub fn keep(mut self) -> rusqlite::Result<()> {
        self.session.connection.execute_batch("RELEASE part")?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        // Some failures of SQLite end the whole transaction by themselves; then nothing is left to undo.
        let _ = self
            .session
            .connection
            .execute_batch("ROLLBACK TO part; RELEASE part");
        self.session.version.set(self.version);
        self.session.events.borrow_mut().truncate(self.events);
    }
}

/// The outermost owner of a transaction: begins it, and rolls it back unless it is committed.
pub struct Whole<'a> {
    database: u64,
    /// Where the connection came from and goes back to.
    home: &'a mut Option<Connection>,
    session: Option<Rc<Session>>,
}

impl<'a> Whole<'a> {
    /// Begins with the connection that lies at `home`, after the changes up to `version`. `None` when it lies there no
    /// more.
    ///
    /// # Errors
    /// When SQLite cannot.
    pub fn begin(
        database: u64,
        home: &'a mut Option<Connection>,
        version: i64,
    ) -> rusqlite::Result<Option<Self>> {
        match home {
            None => return Ok(None),
            Some(connection) => connection.execute_batch("BEGIN IMMEDIATE")?,
        }
        let session = home.take().map(|connection| {
            Rc::new(Session {
                connection,
                version: Cell::new(version),
                identities: Cell::new(false),
                events: RefCell::default(),
            })
        });
        RUNNING.with_borrow_mut(|running| {
            running.extend(session.clone().map(|session| (database, session)));
        });
        Ok(Some(Self {
            database,
            home,
            session,
        }))
    }

    /// The transaction.
    pub fn session(&self) -> Option<&Rc<Session>> {
        self.session.as_ref()
    }

    /// Commits and tells the version of the newest change.
    ///
    /// # Errors
    /// When SQLite cannot; then nothing happened.
    pub fn commit(self) -> rusqlite::Result<Option<i64>> {
        let Some(session) = &self.session else {
            return Ok(None);
        };
        session.connection.execute_batch("COMMIT")?;
        Ok(Some(session.version()))
    }
}

impl Drop for Whole<'_> {
    fn drop(&mut self) {
        RUNNING.with_borrow_mut(|running| running.retain(|(owner, _)| *owner != self.database));
        let session = self.session.take().and_then(Rc::into_inner);
        if let Some(session) = session {
            if !session.connection.is_autocommit() {
                // A connection that cannot even roll back fails its next use with the reason.
                let _ = session.connection.execute_batch("ROLLBACK");
            }
            *self.home = Some(session.connection);
        }
    }
}
