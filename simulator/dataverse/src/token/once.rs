//! Things that count once: authorization codes, and assertions where an application asks for it.

use std::collections::HashMap;

use parking_lot::Mutex;

/// Keys remembered before those past their time are forgotten.
const SWEEP: usize = 10_000;

/// What was used already, until when it matters.
#[derive(Debug, Default)]
pub(super) struct Once(Mutex<HashMap<String, i64>>);

impl Once {
    /// Whether this is the first use of a key that matters until a time.
    pub(super) fn first(&self, key: &str, until: i64, now: i64) -> bool {
        let mut used = self.0.lock();
        if used.len() >= SWEEP {
            used.retain(|_, until| *until > now);
        }
        used.insert(key.to_owned(), until).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_first_once() {
        let used = Once::default();
        assert!(used.first("a", 10, 0));
        assert!(!used.first("a", 10, 0));
        assert!(used.first("b", 10, 0));
    }
}
