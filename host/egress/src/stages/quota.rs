//! Stage 4. How much one connection may have on its way. Pure here: the rate limit and what is
//! answered when a quota is used up; the `gate` waits.
//!
//! A connection that asks too much first waits its turn and is then refused with a time to come
//! back at, so that one of them can neither exhaust this machine's sockets nor starve its neighbours.

use std::time::Duration;

use crate::error::EgressError;

/// When to come back after no place became free: long enough not to be a busy loop.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Requests per second, with a burst of one second's worth (the generic cell rate algorithm, as
/// ITU-T I.371 describes it: one number of state, no timer).
#[derive(Debug)]
pub(crate) struct RateLimit {
    interval: Duration,
    burst: Duration,
    /// When the next request would be due if they came evenly.
    due: Duration,
}

impl RateLimit {
    /// `per_second` requests per second; 0 counts as 1.
    pub(crate) fn new(per_second: u32) -> Self {
        let interval = Duration::from_secs(1) / per_second.max(1);
        Self {
            interval,
            burst: Duration::from_secs(1).saturating_sub(interval),
            due: Duration::ZERO,
        }
    }

    /// Takes a place at `now` (time since any fixed moment): answers how long to wait for it, or,
    /// when that is longer than `patience`, takes none and answers when to come back.
    ///
    /// # Errors
    /// The time after which a place will be free.
    pub(crate) fn take(&mut self, now: Duration, patience: Duration) -> Result<Duration, Duration> {
        let due = self.due.max(now);
        let wait = due.saturating_sub(now).saturating_sub(self.burst);
        if wait > patience {
            return Err(wait);
        }
        self.due = due + self.interval;
        Ok(wait)
    }
}

/// No place became free in time.
pub(crate) fn too_many_in_flight(connection: &str, limit: usize, waited: Duration) -> EgressError {
    EgressError::Quota {
        message: format!(
            "connection \"{connection}\" already has {limit} requests under way and none ended within {} ms; \
             send fewer at once, or raise max-in-flight-per-connection or queue-wait-ms under [egress]",
            waited.as_millis()
        ),
        retry_after: RETRY_AFTER,
    }
}

/// No place of the tenant's became free in time.
pub(crate) fn too_many_of_tenant(tenant: &str, limit: usize, waited: Duration) -> EgressError {
    EgressError::Quota {
        message: format!(
            "tenant \"{tenant}\" already has {limit} requests under way over all its connections and none ended within {} ms; \
             send fewer at once, or raise max-in-flight-per-tenant under [egress] and, if need be, the number of files that this process may open",
            waited.as_millis()
        ),
        retry_after: RETRY_AFTER,
    }
}

/// The rate is used up for longer than anyone waits.
pub(crate) fn too_fast(connection: &str, per_second: u32, retry_after: Duration) -> EgressError {
    EgressError::Quota {
        message: format!(
            "connection \"{connection}\" has used up its {per_second} requests per second; send more slowly, \
             or raise requests-per-second-per-connection under [egress]"
        ),
        retry_after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_burst_of_a_second_passes_and_then_one_at_a_time() {
        let mut rate = RateLimit::new(10);
        for _ in 0..10 {
            assert_eq!(
                rate.take(Duration::ZERO, Duration::ZERO),
                Ok(Duration::ZERO)
            );
        }
        assert_eq!(rate.take(Duration::ZERO, Duration::ZERO), Err(100 * MS));
        assert_eq!(rate.take(100 * MS, Duration::ZERO), Ok(Duration::ZERO));
        assert_eq!(rate.take(150 * MS, Duration::ZERO), Err(50 * MS));
    }

    #[test]
    fn those_who_wait_are_served_in_turn_and_those_who_do_not_take_no_place() {
        let mut rate = RateLimit::new(2);
        let patience = Duration::from_secs(1);
        let waits: Vec<_> = (0..5)
            .map(|_| rate.take(Duration::ZERO, patience))
            .collect();
        assert_eq!(
            waits,
            [
                Ok(Duration::ZERO),
                Ok(Duration::ZERO),
                Ok(500 * MS),
                Ok(1000 * MS),
                Err(1500 * MS)
            ]
        );
        assert_eq!(
            rate.take(Duration::ZERO, patience),
            Err(1500 * MS),
            "the refused took no place"
        );
    }

    #[test]
    fn idleness_earns_no_more_than_the_burst() {
        let mut rate = RateLimit::new(1);
        let later = Duration::from_secs(100);
        assert_eq!(rate.take(later, Duration::ZERO), Ok(Duration::ZERO));
        assert_eq!(
            rate.take(later, Duration::ZERO),
            Err(Duration::from_secs(1))
        );
    }
}
