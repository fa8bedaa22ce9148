//! Stage 9. How much of an answer's body may come in, and when it has been silent for too long.
//! Pure: bytes are counted as they come off the wire, and the next deadline is computed; the
//! `response_body` reads and waits.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Direction, EgressError, Waiting};

/// Counts a body against its limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    direction: Direction,
    limit: u64,
    seen: u64,
}

impl Meter {
    pub(crate) fn new(direction: Direction, limit: u64) -> Self {
        Self {
            direction,
            limit,
            seen: 0,
        }
    }

    /// Counts `length` more bytes.
    ///
    /// # Errors
    /// [`EgressError::BodyTooLarge`] once the limit is passed.
    pub(crate) fn count(&mut self, length: usize) -> Result<(), EgressError> {
        self.seen = self
            .seen
            .saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        if self.seen > self.limit {
            return Err(EgressError::BodyTooLarge {
                direction: self.direction,
                limit: self.limit,
            });
        }
        Ok(())
    }

    /// Bytes counted so far.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }
}

/// How long the rest of an exchange may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Longest silence.
    pub(crate) between_bytes: Duration,
    /// When everything has to be over, and how long that was in all; nothing beyond the clock's range.
    pub(crate) total: Option<(Instant, Duration)>,
}

impl Patience {
    /// When a wait that begins `now` ends, and what will have run out then.
    pub(crate) fn until(&self, now: Instant) -> Option<(Instant, Waiting, Duration)> {
        let silence = now
            .checked_add(self.between_bytes)
            .map(|end| (end, Waiting::BetweenBytes, self.between_bytes));
        let total = self
            .total
            .map(|(end, length)| (end, Waiting::Total, length));
        match (silence, total) {
            (Some(silence), Some(total)) if total.0 <= silence.0 => Some(total),
            (Some(silence), _) => Some(silence),
            (None, total) => total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_may_reach_its_limit_and_not_pass_it() {
        let mut meter = Meter::new(Direction::Response, 10);
        assert!(meter.count(4).is_ok() && meter.count(6).is_ok() && meter.count(0).is_ok());
        let error = meter.count(1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the response body is larger than 10 bytes; raise max-response-body-bytes under [egress] to permit it"
        );
        assert!(
            Meter::new(Direction::Request, 10)
                .count(usize::MAX)
                .is_err()
        );
    }

    #[test]
    fn a_wait_ends_at_the_nearer_of_silence_and_total() {
        let now = Instant::now();
        let second = Duration::from_secs(1);
        let both = |silence: u32, total: u32| Patience {
            between_bytes: second * silence,
            total: Some((now + second * total, second * total)),
        };
        assert_eq!(
            both(2, 5).until(now),
            Some((now + second * 2, Waiting::BetweenBytes, second * 2))
        );
        assert_eq!(
            both(5, 2).until(now),
            Some((now + second * 2, Waiting::Total, second * 2))
        );
        let none = Patience {
            between_bytes: Duration::MAX,
            total: None,
        };
        assert_eq!(none.until(now), None);
    }
}
