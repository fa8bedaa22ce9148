//! One remembered value that is loaded once, however many calls ask for it at the same time.
//!
//! Calls overlap inside one instance. A waiting call sleeps instead of being woken by the loading
//! one: waking another task of a component takes a stream per wait (wit-bindgen's
//! `inter-task-wakeup`), which every call would pay for, while this happens once per load.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    time::Duration,
};

use airlock_connector::{Error, Transport};

/// First wait for somebody else's load; doubles up to [`LONGEST_LOOK`].
const FIRST_LOOK: Duration = Duration::from_millis(1);
/// Longest wait before looking again.
const LONGEST_LOOK: Duration = Duration::from_millis(32);

/// A value and when its loading began, on the transport's clock.
#[derive(Clone, Debug)]
struct Loaded<V> {
    value: V,
    began: Duration,
}

/// The place of one value. No borrow is ever held across an await.
#[derive(Debug)]
pub(super) struct Slot<V> {
    loaded: RefCell<Option<Loaded<V>>>,
    failed: RefCell<Option<(u64, Error)>>,
    /// Counts loads; the running one has this number.
    load: Cell<u64>,
    loading: Cell<bool>,
}

impl<V> Default for Slot<V> {
    fn default() -> Self {
        Self {
            loaded: RefCell::new(None),
            failed: RefCell::new(None),
            load: Cell::new(0),
            loading: Cell::new(false),
        }
    }
}

/// Lets the next caller load when the loading one goes away, finished or not.
struct Loading<'a>(&'a Cell<bool>);

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl<V: Clone> Slot<V> {
    /// The value if its loading began at `oldest` or later.
    pub(super) fn known(&self, oldest: Duration) -> Option<V> {
        let loaded = self.loaded.borrow();
        loaded
            .as_ref()
            .filter(|loaded| loaded.began >= oldest)
            .map(|loaded| loaded.value.clone())
    }

    /// Keeps a value that came by another way.
    pub(super) fn put(&self, value: V, began: Duration) {
        *self.loaded.borrow_mut() = Some(Loaded { value, began });
    }

    /// Forgets the value.
    pub(super) fn clear(&self) {
        *self.loaded.borrow_mut() = None;
    }

    /// The value, loaded unless its loading began at `oldest` or later. Whoever joins a load in
    /// progress shares its value and its error.
    pub(super) async fn get<T, F>(
        &self,
        transport: &T,
        oldest: Duration,
        load: impl FnOnce() -> F,
    ) -> Result<V, Error>
    where
        T: Transport,
        F: Future<Output = Result<V, Error>>,
    {
        let mut look = FIRST_LOOK;
        let mut joined = None;
        loop {
            if let Some(value) = self.known(oldest) {
                return Ok(value);
            }
            if let Some(joined) = joined
                && let Some((number, error)) = &*self.failed.borrow()
                && *number == joined
            {
                return Err(error.clone());
            }
            if !self.loading.get() {
                break;
            }
            joined = Some(self.load.get());
            transport.sleep(look).await;
            look = (look * 2).min(LONGEST_LOOK);
        }
        self.loading.set(true);
        self.load.set(self.load.get() + 1);
        let number = self.load.get();
        let guard = Loading(&self.loading);
        let began = transport.now();
        // Rare, and large: what waits for a value should not carry the way it is loaded.
        let result = Box::pin(load()).await;
        match &result {
            Ok(value) => self.put(value.clone(), began),
            Err(error) => *self.failed.borrow_mut() = Some((number, error.clone())),
        }
        drop(guard);
        result
    }
}
