//! How many rows go in one request, and how many requests at once. Pure.
//!
//! Microsoft advises to begin with 100 to 1,000 rows in a message and with as many requests at once as
//! `x-ms-dop-hint` says, and to do less when the service throttles. Waiting as long as it asks is the client's part.

use std::time::Duration;

/// How rows go to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In a message: one transaction, cheap for each row.
    Message,
    /// In a message of an elastic table, which takes at most a hundred.
    ElasticMessage,
    /// In a batch, where each is a request of its own.
    Batch,
}

/// Most text of the rows in one request, in bytes: up to 1 MiB the host can send a request again after a
/// token was refused, and JSON of the wire is a little longer than what was given.
pub(super) const MOST_BYTES: usize = 640 * 1024;

/// Requests at once before the service has said how many it likes.
const FIRST_AT_ONCE: usize = 2;

/// Requests at once, whatever it says: half of what it grants to a user.
const MOST_AT_ONCE: usize = 26;

/// A request that took less could have carried more.
const SHORT: Duration = Duration::from_secs(2);

/// One that takes longer is in danger of the service's limit of two minutes.
const LONG: Duration = Duration::from_secs(20);

/// After so many requests without throttling one more at once is tried.
const CALM: u32 = 8;

/// What one request was like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// How long it took.
    pub(super) took: Duration,
    /// Whether a row kept the others of its message out.
    pub(super) broke: bool,
    /// Whether the connection was throttled in the meantime.
    pub(super) throttled: bool,
    /// How many requests at once the service recommends, where it says so.
    pub(super) hint: Option<usize>,
}

/// The pace, as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    rows: usize,
    least: usize,
    most: usize,
    at_once: usize,
    most_at_once: usize,
    calm: u32,
    hinted: bool,
}

impl Pace {
    /// The pace to begin with.
    pub(super) fn of(way: Way) -> Self {
        let (rows, most) = match way {
            Way::Message => (100, 1_000),
            Way::ElasticMessage => (100, 100),
            Way::Batch => (50, 200),
        };
        Self {
            rows,
            least: 10,
            most,
            at_once: FIRST_AT_ONCE,
            most_at_once: FIRST_AT_ONCE,
            calm: 0,
            hinted: false,
        }
    }

    /// Rows in the next request.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Requests under way at once.
    pub(super) fn at_once(&self) -> usize {
        self.at_once
    }

    /// What was learnt from a request.
    pub(super) fn learn(&mut self, seen: Seen) {
        if let Some(hint) = seen.hint {
            self.most_at_once = hint.clamp(1, MOST_AT_ONCE);
            // The first word of the service is taken at once.
            if !self.hinted {
                self.at_once = self.most_at_once;
            }
            self.hinted = true;
        }
        if seen.throttled {
            self.at_once = (self.at_once / 2).max(1);
            self.calm = 0;
        } else {
            self.calm += 1;
            if self.calm >= CALM {
                self.at_once += 1;
                self.calm = 0;
            }
        }
        self.at_once = self.at_once.min(self.most_at_once);
        if seen.broke || seen.took > LONG {
            self.rows /= 2;
        } else if seen.took < SHORT && !seen.throttled {
            self.rows *= 2;
        }
        self.rows = self.rows.clamp(self.least, self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAN: Seen = Seen {
        took: Duration::from_secs(5),
        broke: false,
        throttled: false,
        hint: None,
    };

    #[test]
    fn short_requests_grow_and_long_or_broken_ones_shrink() {
        let mut pace = Pace::of(Way::Message);
        let mut after = |seen| {
            pace.learn(seen);
            pace.rows()
        };
        let quick = Seen {
            took: Duration::from_millis(300),
            ..CLEAN
        };
        assert_eq!(after(CLEAN), 100);
        assert_eq!([after(quick), after(quick)], [200, 400]);
        assert_eq!(
            [after(quick), after(quick), after(quick)],
            [800, 1_000, 1_000]
        );
        let broke = Seen {
            broke: true,
            ..quick
        };
        assert_eq!(after(broke), 500);
        let slow = Seen {
            took: Duration::from_secs(60),
            ..CLEAN
        };
        assert_eq!(after(slow), 250);
        for _ in 0..9 {
            after(slow);
        }
        assert_eq!(pace.rows(), 10, "never less");
        let mut elastic = Pace::of(Way::ElasticMessage);
        elastic.learn(quick);
        assert_eq!(elastic.rows(), 100);
    }

    #[test]
    fn the_services_hint_is_taken_and_throttling_halves_it_until_it_is_calm() {
        let mut pace = Pace::of(Way::Batch);
        assert_eq!(pace.at_once(), 2);
        let hinted = Seen {
            hint: Some(8),
            ..CLEAN
        };
        pace.learn(hinted);
        assert_eq!(pace.at_once(), 8);
        let throttled = Seen {
            throttled: true,
            ..hinted
        };
        pace.learn(throttled);
        pace.learn(throttled);
        assert_eq!(pace.at_once(), 2);
        for _ in 0..CALM {
            pace.learn(hinted);
        }
        assert_eq!(pace.at_once(), 3);
        for _ in 0..4 {
            pace.learn(throttled);
        }
        assert_eq!(pace.at_once(), 1);
        let absurd = Seen {
            hint: Some(1_000),
            ..CLEAN
        };
        for _ in 0..1_000 {
            pace.learn(absurd);
        }
        assert_eq!(pace.at_once(), MOST_AT_ONCE);
    }
}
