//! How long a lease counts. Pure.
//!
//! A host that cannot renew, because the store is away or because it was frozen itself, has to stop
//! before others may take its work up. So it begins nothing in the last part of a lease; what it began
//! before is shorter than that part, or meets the fence.

use std::time::Duration;

use airlock_store::LeaseTime;

/// How a host keeps its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseRules {
    /// How long a lease lasts.
    pub lasts: Duration,
    /// How often it is renewed.
    pub renewed_every: Duration,
    /// For how long after it was renewed something may be begun.
    pub begins_within: Duration,
}

impl Default for LeaseRules {
    /// Others take up what a dead host had within 8 s; three renewals may fail before it stops.
    fn default() -> Self {
        Self {
            lasts: Duration::from_secs(8),
            renewed_every: Duration::from_secs(2),
            begins_within: Duration::from_secs(6),
        }
    }
}

impl LeaseRules {
    /// Until when a lease lasts that is renewed `now`.
    #[must_use]
    pub fn until(&self, now: LeaseTime) -> LeaseTime {
        now.after(self.lasts)
    }

    /// Whether something may be begun `now` under a lease that was last renewed at `renewed`. A clock that
    /// went back is another clock.
    #[must_use]
    pub fn may_begin(&self, renewed: LeaseTime, now: LeaseTime) -> bool {
        renewed <= now && now < renewed.after(self.begins_within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_in_the_last_part_of_a_lease() {
        let rules = LeaseRules::default();
        let renewed = LeaseTime(100_000);
        for (now, may) in [
            (100_000, true),
            (105_999, true),
            (106_000, false),
            (108_000, false),
            (99_999, false),
        ] {
            assert_eq!(rules.may_begin(renewed, LeaseTime(now)), may, "{now}");
        }
        assert_eq!(rules.until(renewed), LeaseTime(108_000));
        assert!(rules.begins_within < rules.lasts);
        assert!(rules.renewed_every * 3 <= rules.begins_within);
    }
}
