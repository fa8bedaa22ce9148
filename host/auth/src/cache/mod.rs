//! The tokens of a process.
//!
//! Auth layer. In memory for the calls of this process, sealed in the store for the next command
//! and for other processes. One [`Slot`] per connection makes sure that however many calls need a
//! token at once, the authority is asked once.

mod policy;
mod saved;
mod slot;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use airlock_store::{ConnectionId, Slots, TenantId, Turn};
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::clock::Clock;
use crate::error::AuthError;
use crate::grant::{Fingerprint, Issued};

pub use slot::settled;
pub(crate) use slot::{Order, Slot};

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
    slots: Mutex<InMemory>,
}

struct InMemory {
    by_key: HashMap<TokenKey, Arc<Slot>>,
    tidy_at: usize,
}

impl Tokens {
    /// An empty cache over what `store` has sealed.
    pub fn new(store: Arc<dyn Slots>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            slots: Mutex::new(InMemory {
                by_key: HashMap::new(),
                tidy_at: MANY,
            }),
        }
    }

    /// Forgets what memory holds for a connection that was removed. What the store has sealed goes
    /// with the connection.
    pub fn forget(&self, key: &TokenKey) {
        self.slots().by_key.remove(key);
    }

    pub(crate) fn store(&self) -> &Arc<dyn Slots> {
        &self.store
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    pub(crate) fn slot(&self, key: &TokenKey) -> Arc<Slot> {
        let mut slots = self.slots();
        if let Some(slot) = slots.by_key.get(key) {
            return Arc::clone(slot);
        }
        if slots.by_key.len() >= slots.tidy_at {
            let now = self.clock.now();
            slots
                .by_key
                .retain(|_, slot| Arc::strong_count(slot) > 1 || slot.holds_living_token(now));
            // Not again before as many more have come: tidying is paid for by what it follows.
            slots.tidy_at = MANY.max(2 * slots.by_key.len());
        }
        let slot = Arc::new(Slot::new(
            key.clone(),
            Arc::clone(&self.store),
            Arc::clone(&self.clock),
        ));
        slots.by_key.insert(key.clone(), Arc::clone(&slot));
        slot
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, InMemory> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
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
        let in_use = tokens.slot(&used);
        for _ in 0..10 * MANY {
            tokens.slot(&key());
        }
        assert!(tokens.slots().by_key.len() <= MANY);
        assert!(Arc::ptr_eq(&in_use, &tokens.slot(&used)));
        tokens.forget(&used);
        assert!(!Arc::ptr_eq(&in_use, &tokens.slot(&used)));
    }
}
