//! What an instance remembers between calls, per connection.
//!
//! The host keeps instances apart by tenant and connection, yet two connections that ever met in
//! one instance must not see each other's tables, so everything is filed under the connection's
//! id.

use std::{cell::RefCell, rc::Rc};

use super::catalog::Catalog;
use crate::webapi::Pause;

/// Connections remembered at most; the one unused for longest goes first.
const CONNECTIONS: usize = 8;

/// What is remembered of one connection.
#[derive(Debug, Default)]
pub struct Remembered {
    /// Its tables.
    pub catalog: Catalog,
    /// Its wait after the service asked for one.
    pub pause: Pause,
}

/// What is remembered of all connections, latest used last.
#[derive(Debug, Default)]
pub struct Memory(RefCell<Vec<(String, Rc<Remembered>)>>);

impl Memory {
    /// Remembers nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// What is remembered of the connection `id` whose Web API is at `root`: a connection that
    /// was pointed elsewhere starts anew.
    #[must_use]
    pub fn connection(&self, id: &str, root: &str) -> Rc<Remembered> {
        let key = format!("{id} {root}");
        let mut all = self.0.borrow_mut();
        let remembered = match all.iter().position(|(have, _)| *have == key) {
            Some(position) => all.remove(position).1,
            None => Rc::default(),
        };
        if all.len() >= CONNECTIONS {
            all.remove(0);
        }
        all.push((key, Rc::clone(&remembered)));
        remembered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_finds_what_it_left_and_nothing_of_others() {
        let memory = Memory::new();
        let first = memory.connection("c1", "https://a/api/data/v9.2");
        assert!(Rc::ptr_eq(
            &first,
            &memory.connection("c1", "https://a/api/data/v9.2")
        ));
        assert!(!Rc::ptr_eq(
            &first,
            &memory.connection("c2", "https://a/api/data/v9.2")
        ));
        assert!(!Rc::ptr_eq(
            &first,
            &memory.connection("c1", "https://b/api/data/v9.2")
        ));
    }

    #[test]
    fn only_so_many_connections_are_remembered() {
        let memory = Memory::new();
        let first = memory.connection("c0", "");
        for number in 1..=CONNECTIONS {
            let _ = memory.connection(&format!("c{number}"), "");
        }
        assert!(!Rc::ptr_eq(&first, &memory.connection("c0", "")));
    }
}
