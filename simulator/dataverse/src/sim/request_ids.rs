//! Ids that every answer carries.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Request ids: random enough to look like the real ones, cheap enough for every request.
#[derive(Debug)]
pub(super) struct RequestIds {
    base: u128,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        Self {
            base: Uuid::new_v4().as_u128(),
            next: AtomicU64::new(0),
        }
    }
}

impl RequestIds {
    /// An odd constant with well spread bits (the golden ratio), so that neighbours share no digits.
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

    pub(super) fn next(&self) -> Uuid {
        let count = u128::from(self.next.fetch_add(1, Ordering::Relaxed));
        let bits = self.base.wrapping_add(count.wrapping_mul(Self::SPREAD));
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_differ() {
        let ids = RequestIds::default();
        assert_ne!(ids.next(), ids.next());
    }
}
