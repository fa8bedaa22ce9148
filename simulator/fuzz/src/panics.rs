//! Panics of the simulator's threads, which its own runtime would swallow.

use parking_lot::Mutex;

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Notes every panic from now on.
pub(crate) fn watch() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("no text");
        *LAST.lock() = Some(format!("{place}: {words}"));
    }));
}

/// The panic since the last question, if there was one.
pub(crate) fn take() -> Option<String> {
    LAST.lock().take()
}
