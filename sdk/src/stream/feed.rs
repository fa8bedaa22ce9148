//! What a source has given and nobody has taken yet: readers look at it, ask for more and take what they
//! understood.

use super::Source;

/// The bytes of a source, as far as they have come.
pub(super) struct Feed<'a> {
    source: &'a mut dyn Source,
    held: Vec<u8>,
    /// Where in `held` what is not taken begins.
    start: usize,
    ended: bool,
}

impl<'a> Feed<'a> {
    pub(super) fn new(source: &'a mut dyn Source) -> Self {
        Self {
            source,
            held: Vec::new(),
            start: 0,
            ended: false,
        }
    }

    /// What has come and is not taken.
    pub(super) fn bytes(&self) -> &[u8] {
        self.held.get(self.start..).unwrap_or_default()
    }

    /// Takes the first `count` bytes.
    pub(super) fn take(&mut self, count: usize) {
        self.start = (self.start + count).min(self.held.len());
    }

    /// Waits for more; `false` when there is none.
    pub(super) async fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.held.drain(..self.start);
        self.start = 0;
        match self.source.read().await {
            Some(piece) if self.held.is_empty() => self.held = piece,
            Some(piece) => self.held.extend_from_slice(&piece),
            None => self.ended = true,
        }
        !self.ended
    }
}
