//! What may not come back to one lane's guest: every credential that left on it until it has expired,
//! and what those were got with.
//!
//! Beside the lane's pools, because it outlives the credential's own handle: an authority seldom takes
//! a token back when it gives out the next, and a service may show old requests at any time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use crate::redact::Redactor;

/// Credentials that are remembered, and as many secrets beside them: each costs every answer a little.
const REMEMBERED: usize = 8;

/// How long beyond its end a credential is remembered: clocks differ, and some services let it live on.
const LINGERS: Duration = Duration::from_secs(60 * 60);

/// What a lane keeps from its guest.
#[derive(Debug, Default)]
pub(crate) struct Confidential {
    state: Mutex<State>,
    /// Counts changes, so that a body can see without the lock that there was none.
    changes: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    credentials: VecDeque<Sent>,
    secrets: VecDeque<Arc<SecretString>>,
    redactor: Option<Arc<Redactor>>,
}

#[derive(Debug)]
struct Sent {
    /// In the forms in which it left.
    forms: Vec<Arc<SecretString>>,
    until: Option<SystemTime>,
}

impl Confidential {
    /// Remembers secrets that never leave with a request of the guest, such as a client secret.
    pub(crate) fn learn(&self, secrets: impl IntoIterator<Item = SecretString>) {
        let mut state = self.state();
        for secret in secrets {
            // What is known already moves to the back, so that what is in use is not forgotten.
            let known = state
                .secrets
                .iter()
                .position(|known| is_same(known, &secret));
            match known.and_then(|at| state.secrets.remove(at)) {
                Some(known) => state.secrets.push_back(known),
                None => {
                    state.secrets.push_back(Arc::new(secret));
                    self.changed(&mut state);
                }
            }
        }
        while state.secrets.len() > 2 * REMEMBERED {
            state.secrets.pop_front();
        }
    }

    /// Remembers a credential, in the forms in which it goes on a request, before it leaves.
    pub(crate) fn leaves(&self, forms: &[Arc<SecretString>], until: Option<SystemTime>) {
        let now = SystemTime::now();
        let mut state = self.state();
        state.credentials.retain(|sent| {
            sent.until
                .is_none_or(|until| until.checked_add(LINGERS).is_none_or(|end| now < end))
                && !sent.is(forms)
        });
        state.credentials.push_back(Sent {
            forms: forms.to_vec(),
            until,
        });
        while state.credentials.len() > REMEMBERED {
            state.credentials.pop_front();
        }
        self.changed(&mut state);
    }

    /// What to search answers for; nothing when nothing is known.
    pub(crate) fn redactor(&self) -> Option<Arc<Redactor>> {
        let mut state = self.state();
        if state.redactor.is_none() {
            let sent = state.credentials.iter().flat_map(|sent| &sent.forms);
            let all: Vec<_> = sent.chain(&state.secrets).cloned().collect();
            if all.is_empty() {
                return None;
            }
            state.redactor = Some(Arc::new(Redactor::new(&all)));
        }
        state.redactor.clone()
    }

    /// How often it has changed.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    fn changed(&self, state: &mut State) {
        state.redactor = None;
        self.changes.fetch_add(1, Ordering::Release);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sent {
    fn is(&self, forms: &[Arc<SecretString>]) -> bool {
        self.forms.len() == forms.len()
            && self
                .forms
                .iter()
                .zip(forms)
                .all(|(one, other)| is_same(one, other))
    }
}

fn is_same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> [Arc<SecretString>; 1] {
        [Arc::new(text.into())]
    }

    fn knows(confidential: &Confidential, text: &str) -> bool {
        let redactor = confidential.redactor();
        redactor.is_some_and(|redactor| redactor.redact(text.as_bytes()).is_some())
    }

    #[test]
    fn the_last_credentials_are_known_until_an_hour_past_their_end() {
        let confidential = Confidential::default();
        assert!(confidential.redactor().is_none());
        let ago = |minutes: u64| SystemTime::now() - Duration::from_secs(60 * minutes);
        for (text, until) in [
            ("token-expired-long-ago", Some(ago(61))),
            ("token-expired-just-now", Some(ago(1))),
            ("token-without-an-end", None),
        ] {
            confidential.leaves(&form(text), until);
        }
        confidential.learn(["the-client-secret".into()]);
        confidential.leaves(&form("token-in-use"), None);
        for (text, known) in [
            ("token-expired-long-ago", false),
            ("token-expired-just-now", true),
            ("token-without-an-end", true),
            ("token-in-use", true),
            ("the-client-secret", true),
        ] {
            assert_eq!(knows(&confidential, text), known, "{text}");
        }
    }

    #[test]
    fn only_so_many_are_remembered() {
        let confidential = Confidential::default();
        for number in 0..100 {
            confidential.leaves(&form(&format!("token-{number:04}")), None);
            confidential.learn([format!("secret-{number:04}").into()]);
        }
        for (number, known) in [(91, false), (92, true), (99, true)] {
            assert_eq!(knows(&confidential, &format!("token-{number:04}")), known);
        }
        for (number, known) in [(83, false), (84, true), (99, true)] {
            assert_eq!(knows(&confidential, &format!("secret-{number:04}")), known);
        }
    }

    #[test]
    fn what_is_known_already_changes_nothing() {
        let confidential = Confidential::default();
        confidential.learn(["the-client-secret".into()]);
        let before = confidential.changes();
        confidential.learn(["the-client-secret".into()]);
        assert_eq!(confidential.changes(), before);
    }
}
