//! A terminal that shows nothing of what is typed, from before the question is there: what is typed or pasted at
//! the very moment that it appears would stand on the screen otherwise, or be lost while the terminal changes over.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::stdin;

/// Ends with the terminal as it was.
pub(super) struct Blind {
    shown: Option<Termios>,
}

impl Blind {
    pub(super) fn begin() -> Self {
        let shown = tcgetattr(stdin()).ok();
        if let Some(mut hidden) = shown.clone() {
            // Keys that end the question are read like every other.
            hidden.local_modes.remove(
                LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG,
            );
            let _ = tcsetattr(stdin(), OptionalActions::Now, &hidden);
        }
        Self { shown }
    }
}

impl Drop for Blind {
    fn drop(&mut self) {
        if let Some(shown) = &self.shown {
            let _ = tcsetattr(stdin(), OptionalActions::Now, shown);
        }
    }
}
