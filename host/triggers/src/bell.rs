//! How whoever runs an engine tells it to end.

use tokio::sync::watch;

/// Rings once; everyone who listens hears it, also those who come later.
#[derive(Clone, Debug)]
pub struct Bell(watch::Sender<bool>);

impl Default for Bell {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Bell {
    /// Rings.
    pub fn ring(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has rung.
    #[must_use]
    pub fn has_rung(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves when it rings.
    pub async fn rung(&self) {
        // It cannot be closed: this holds a sender itself.
        let _ = self.0.subscribe().wait_for(|rung| *rung).await;
    }
}
