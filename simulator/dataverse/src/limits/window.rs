//! What one user asked for in the last while: the arithmetic of a sliding window.
//!
//! A user who was refused and keeps asking waits longer: every refused request puts the moment of return off by a
//! second, up to one window from now.

use std::collections::VecDeque;
use std::time::Duration;

use time::OffsetDateTime;

use super::LimitSettings;

/// How long to wait for one of the running requests to end, in seconds.
const CONCURRENCY_WAIT: u64 = 2;
/// How far each refused request puts the return off.
const PENALTY: Duration = Duration::from_secs(1);

/// Which limit was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Requests,
    Execution,
    Concurrent,
}

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exceeded {
    pub(super) limit: Limit,
    /// Whole seconds to wait.
    pub(super) retry_after: u64,
}

/// What a user asked for.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// When each request arrived.
    arrivals: VecDeque<OffsetDateTime>,
    /// When each request ended and how long it ran.
    executions: VecDeque<(OffsetDateTime, Duration)>,
    executed: Duration,
    running: u32,
    closed: Option<(Limit, OffsetDateTime)>,
}

impl Usage {
    /// Counts a request that arrives, unless a limit forbids it.
    pub(super) fn enter(
        &mut self,
        settings: &LimitSettings,
        now: OffsetDateTime,
    ) -> Result<(), Exceeded> {
        let window = window(settings);
        self.forget(now, window);
        if let Some((limit, until)) = self.closed.filter(|(_, until)| *until > now) {
            return Err(self.close(limit, until + PENALTY, now, window));
        }
        self.closed = None;
        if self.running >= settings.concurrent {
            return Err(Exceeded {
                limit: Limit::Concurrent,
                retry_after: CONCURRENCY_WAIT,
            });
        }
        if let Some(reopens) = self.requests_reopen(settings, now, window) {
            return Err(self.close(Limit::Requests, reopens, now, window));
        }
        if let Some(reopens) = self.execution_reopens(settings, now, window) {
            return Err(self.close(Limit::Execution, reopens, now, window));
        }
        self.arrivals.push_back(now);
        self.running += 1;
        Ok(())
    }

    /// Counts the time a request ran. Returns what is left: requests, and time.
    pub(super) fn spend(
        &mut self,
        settings: &LimitSettings,
        ran: Duration,
        now: OffsetDateTime,
    ) -> (u32, Duration) {
        self.executions.push_back((now, ran));
        self.executed += ran;
        self.forget(now, window(settings));
        let asked = u32::try_from(self.arrivals.len()).unwrap_or(u32::MAX);
        (
            settings.requests.saturating_sub(asked),
            execution_limit(settings).saturating_sub(self.executed),
        )
    }

    /// A request ended.
    pub(super) fn left(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    /// Drops what has left the window. What lies in the future belongs to a clock that was turned back.
    fn forget(&mut self, now: OffsetDateTime, window: Duration) {
        let is_old = |at: OffsetDateTime| at + window <= now || at > now;
        while self.arrivals.front().is_some_and(|at| is_old(*at)) {
            self.arrivals.pop_front();
        }
        while let Some((_, ran)) = self
            .executions
            .front()
            .copied()
            .filter(|(at, _)| is_old(*at))
        {
            self.executions.pop_front();
            self.executed = self.executed.saturating_sub(ran);
        }
        if self.closed.is_some_and(|(_, until)| until > now + window) {
            self.closed = None;
        }
    }

    /// When there is room for one more request; `None` when there is now.
    fn requests_reopen(
        &self,
        settings: &LimitSettings,
        now: OffsetDateTime,
        window: Duration,
    ) -> Option<OffsetDateTime> {
        let limit = usize::try_from(settings.requests).unwrap_or(usize::MAX);
        let over = self.arrivals.len().checked_sub(limit)?;
        // The request whose leaving makes room; with a limit of nothing there is none.
        let leaving = self.arrivals.get(over).copied();
        Some(leaving.map_or(now + window, |at| at + window))
    }

    /// When enough execution time has left the window; `None` when it is open now.
    fn execution_reopens(
        &self,
        settings: &LimitSettings,
        now: OffsetDateTime,
        window: Duration,
    ) -> Option<OffsetDateTime> {
        let limit = execution_limit(settings);
        if self.executed < limit {
            return None;
        }
        let mut left = self.executed;
        for (at, ran) in &self.executions {
            left = left.saturating_sub(*ran);
            if left < limit {
                return Some(*at + window);
            }
        }
        Some(now + window)
    }

    fn close(
        &mut self,
        limit: Limit,
        until: OffsetDateTime,
        now: OffsetDateTime,
        window: Duration,
    ) -> Exceeded {
        let until = until.min(now + window);
        self.closed = Some((limit, until));
        let wait = (until - now).whole_milliseconds().max(1);
        Exceeded {
            limit,
            retry_after: u64::try_from((wait + 999) / 1_000).unwrap_or(1),
        }
    }
}

fn window(settings: &LimitSettings) -> Duration {
    Duration::from_secs(settings.window_seconds.into())
}

fn execution_limit(settings: &LimitSettings) -> Duration {
    Duration::from_millis(settings.execution_milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000 + seconds).unwrap()
    }

    fn settings() -> LimitSettings {
        LimitSettings {
            requests: 3,
            execution_milliseconds: 1_000,
            concurrent: 2,
            window_seconds: 10,
        }
    }

    fn ask(usage: &mut Usage, second: i64, ran: u64) -> Result<(u32, Duration), Exceeded> {
        usage.enter(&settings(), at(second))?;
        usage.left();
        Ok(usage.spend(&settings(), Duration::from_millis(ran), at(second)))
    }

    fn refused(limit: Limit, retry_after: u64) -> Result<(u32, Duration), Exceeded> {
        Err(Exceeded { limit, retry_after })
    }

    #[test]
    fn the_window_slides_with_the_first_request() {
        let mut usage = Usage::default();
        for second in [0, 4, 5] {
            assert!(ask(&mut usage, second, 0).is_ok());
        }
        assert_eq!(ask(&mut usage, 6, 0), refused(Limit::Requests, 4));
        // Waiting as told is enough, and makes room for one.
        assert_eq!(ask(&mut usage, 10, 0), Ok((0, Duration::from_secs(1))));
        assert_eq!(ask(&mut usage, 10, 0), refused(Limit::Requests, 4));
    }

    #[test]
    fn asking_on_puts_the_return_off() {
        let mut usage = Usage::default();
        for _ in 0..3 {
            ask(&mut usage, 0, 0).unwrap();
        }
        let waits: Vec<_> = (0..4)
            .map(|_| ask(&mut usage, 8, 0).unwrap_err().retry_after)
            .collect();
        assert_eq!(waits, [2, 3, 4, 5]);
        assert!(ask(&mut usage, 12, 0).is_err(), "still put off");
        assert!(ask(&mut usage, 30, 0).is_ok());
    }

    #[test]
    fn time_counts_until_it_leaves_the_window() {
        let mut usage = Usage::default();
        assert_eq!(ask(&mut usage, 0, 600), Ok((2, Duration::from_millis(400))));
        assert_eq!(ask(&mut usage, 3, 600), Ok((1, Duration::ZERO)));
        assert_eq!(ask(&mut usage, 4, 0), refused(Limit::Execution, 6));
        assert_eq!(ask(&mut usage, 10, 0), Ok((1, Duration::from_millis(400))));
    }

    #[test]
    fn only_so_many_run_at_a_time() {
        let mut usage = Usage::default();
        usage.enter(&settings(), at(0)).unwrap();
        usage.enter(&settings(), at(0)).unwrap();
        let third = usage.enter(&settings(), at(0)).unwrap_err();
        assert_eq!(third.limit, Limit::Concurrent);
        usage.left();
        assert!(usage.enter(&settings(), at(0)).is_ok());
    }

    #[test]
    fn a_clock_turned_back_locks_nobody_out() {
        let mut usage = Usage::default();
        for _ in 0..3 {
            ask(&mut usage, 1_000, 900).unwrap_or_default();
        }
        assert!(ask(&mut usage, 0, 0).is_ok());
    }
}
