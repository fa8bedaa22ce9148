//! What an instance remembers between calls, per connection.
//!
//! The host keeps instances apart by tenant and connection, yet two connections that ever met in
//! one instance must not see each other's tables, so everything is filed under the connection's
//! id, and under its settings: a connection that was pointed elsewhere starts anew.

use std::{cell::RefCell, rc::Rc};

use airlock_connector::Error;

use super::catalog::Catalog;
use crate::webapi::{BaseUrl, Pause};

/// Connections remembered at most; the one unused for longest goes first.
const CONNECTIONS: usize = 8;

/// What is remembered of one connection.
#[derive(Debug)]
pub struct Remembered {
    /// Its id.
    pub id: String,
    settings: String,
    /// Where its Web API is, as its settings say.
    pub base: Rc<BaseUrl>,
    /// Its tables.
    pub catalog: Catalog,
    /// Its wait after the service asked for one.
    pub pause: Pause,
}

/// What is remembered of all connections, latest used last.
#[derive(Debug, Default)]
pub struct Memory(RefCell<Vec<Rc<Remembered>>>);

impl Memory {
    /// Remembers nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// What is remembered of the connection `id` with these `settings`. They are read once: `base`
    /// does it when the connection is new here.
    ///
    /// # Errors
    /// Those of `base`.
    pub fn connection(
        &self,
        id: &str,
        settings: &str,
        base: impl FnOnce(&str) -> Result<BaseUrl, Error>,
    ) -> Result<Rc<Remembered>, Error> {
        let mut all = self.0.borrow_mut();
        let known = |have: &Rc<Remembered>| have.id == id && have.settings == settings;
        if let Some(last) = all.last().filter(|last| known(last)) {
            return Ok(Rc::clone(last));
        }
        let remembered = match all.iter().position(known) {
            Some(position) => all.remove(position),
            None => Rc::new(Remembered {
                id: id.to_owned(),
                settings: settings.to_owned(),
                base: Rc::new(base(settings)?),
                catalog: Catalog::default(),
                pause: Pause::default(),
            }),
        };
        if all.len() >= CONNECTIONS {
            all.remove(0);
        }
        all.push(Rc::clone(&remembered));
        Ok(remembered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(memory: &Memory, id: &str, settings: &str) -> Rc<Remembered> {
        memory.connection(id, settings, BaseUrl::parse).unwrap()
    }

    #[test]
    fn a_connection_finds_what_it_left_and_nothing_of_others() {
        let memory = Memory::new();
        let first = connection(&memory, "c1", "https://a.example");
        for (id, settings, same) in [
            ("c1", "https://a.example", true),
            ("c2", "https://a.example", false),
            ("c1", "https://a.example", true),
            ("c1", "https://b.example", false),
            ("c1", "https://a.example", true),
        ] {
            let found = connection(&memory, id, settings);
            assert_eq!(Rc::ptr_eq(&first, &found), same, "{id} {settings}");
        }
    }

    #[test]
    fn settings_that_lead_nowhere_are_not_remembered() {
        let memory = Memory::new();
        assert!(memory.connection("c1", "", BaseUrl::parse).is_err());
        assert!(memory.0.borrow().is_empty());
    }

    #[test]
    fn only_so_many_connections_are_remembered() {
        let memory = Memory::new();
        let first = connection(&memory, "c0", "a.example");
        for number in 1..=CONNECTIONS {
            connection(&memory, &format!("c{number}"), "a.example");
        }
        assert!(!Rc::ptr_eq(&first, &connection(&memory, "c0", "a.example")));
    }
}
