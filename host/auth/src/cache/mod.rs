//! The tokens of a process.
//!
//! Auth layer. In memory for the calls of this process, sealed in the store for the next command
//! and for other processes. One [`TokenEntry`] per connection makes sure that however many calls need a
//! token at once, the authority is asked once.

mod entry;
mod policy;
mod saved;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use airlock_store::{ConnectionId, Slots, TenantId, Turn};
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::clock::Clock;
use crate::error::AuthError;
use crate::grant::{Fingerprint, Issued};

pub use entry::settled;
pub(crate) use entry::{Order, TokenEntry};

/// From this many connections on, those without a living token are forgotten now and then.
const MANY: usize = 1024;

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    /// The tenant.
    pub tenant: TenantId,
    /// The tenant's connection.
    pub connection: ConnectionId,
}

/// The cache that all OAuth sources of a process share.
pub struct Tokens {
    store: Arc<dyn Slots>,
    clock: Arc<dyn Clock>,
    entries: Mutex<InMemory>,
}

struct InMemory {
    by_key: HashMap<TokenKey, Arc<TokenEntry>>,
    tidy_at: usize,
}

impl Tokens {
    /// An empty cache over what `store` has sealed.
    pub fn new(store: Arc<dyn Slots>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            entries: Mutex::new(InMemory {
                by_key: HashMap::new(),
                tidy_at: MANY,
            }),
        }
    }

    /// Forgets what memory holds for a connection that was removed. What the store has sealed goes
    /// with the connection.
    pub fn forget(&self, key: &TokenKey) {
        self.entries().by_key.remove(key);
    }

    pub(crate) fn store(&self) -> &Arc<dyn Slots> {
        &self.store
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    pub(crate) fn entry(&self, key: &TokenKey) -> Arc<TokenEntry> {
        let mut entries = self.entries();
        if let Some(entry) = entries.by_key.get(key) {
            return Arc::clone(entry);
        }
        if entries.by_key.len() >= entries.tidy_at {
            let now = self.clock.now();
            entries
                .by_key
                .retain(|_, entry| Arc::strong_count(entry) > 1 || entry.holds_living_token(now));
            // Not again before as many more have come: tidying is paid for by what it follows.
            entries.tidy_at = MANY.max(2 * entries.by_key.len());
        }
        let entry = Arc::new(TokenEntry::new(
            key.clone(),
            Arc::clone(&self.store),
            Arc::clone(&self.clock),
        ));
        entries.by_key.insert(key.clone(), Arc::clone(&entry));
        entry
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, InMemory> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An access token as it is sealed into its slot, got by the grant of this fingerprint.
pub(crate) fn kept(
    issued: Issued,
    grant: Fingerprint,
    now: OffsetDateTime,
) -> (&'static str, Option<SecretString>) {
    let token = token::Token::new(issued, grant, now, false);
    (saved::SLOT, saved::write(&token))
}

/// The turn of a connection: to use up its refresh token, or to change its sign-in.
pub(crate) async fn turn(store: &dyn Slots, key: &TokenKey) -> Result<Turn, AuthError> {
    let taken = store
        .take_turn(&key.connection, policy::LONGEST_TURN)
        .await?;
    taken.ok_or_else(|| AuthError::Unavailable {
        message: format!(
            "another call or process has been renewing this connection's sign-in for over {} s; try again in a moment",
            policy::LONGEST_TURN.as_secs()
        ),
        retry_after: None,
    })
}

#[cfg(test)]
mod tests {
    use airlock_store::MasterKey;

    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn connections_that_nobody_uses_are_forgotten_when_there_are_many() {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::from_file_or_create(&folder.path().join("key")).unwrap();
        let store = airlock_store_sqlite::open(&folder.path().join("db"), &key).unwrap();
        let tokens = Tokens::new(Arc::new(store), Arc::new(SystemClock));
        let key = || TokenKey {
            tenant: TenantId::default(),
            connection: ConnectionId::random(),
        };
        let used = key();
        let in_use = tokens.entry(&used);
        for _ in 0..10 * MANY {
            tokens.entry(&key());
        }
        assert!(tokens.entries().by_key.len() <= MANY);
        assert!(Arc::ptr_eq(&in_use, &tokens.entry(&used)));
        tokens.forget(&used);
        assert!(!Arc::ptr_eq(&in_use, &tokens.entry(&used)));
    }
}
