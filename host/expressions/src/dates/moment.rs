//! A moment as the language has it: a date and a time of day, in UTC or of no known zone. Part of [`super`].
//!
//! A text with an offset becomes UTC when it is read, as on the service; what has no zone stays without one.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span, ToSpan};

use crate::fault::{Raise, Raised};

/// Ticks are 100 nanoseconds.
pub(super) const TICKS_PER_SECOND: i64 = 10_000_000;

/// Nanoseconds of a tick.
const TICK: i128 = 100;

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) time: DateTime,
    /// Whether it is known to be in UTC.
    pub(crate) is_utc: bool,
}

/// The first moment that there is.
const FIRST: DateTime = DateTime::constant(1, 1, 1, 0, 0, 0, 0);

impl Moment {
    /// A moment, if it lies in the years 1 to 9999.
    pub(crate) fn new(time: DateTime, is_utc: bool) -> Option<Self> {
        (time >= FIRST).then_some(Self { time, is_utc })
    }

    /// Ticks since the year 1.
    pub(crate) fn ticks(self) -> i64 {
        let since = self.time.duration_since(FIRST).as_nanos() / TICK;
        i64::try_from(since).unwrap_or_default()
    }

    /// A moment so many ticks away.
    pub(crate) fn plus_ticks(self, ticks: i128) -> Raised<Self> {
        let ticks = i64::try_from(ticks).map_err(|_| beyond())?;
        let seconds = ticks.div_euclid(TICKS_PER_SECOND);
        let rest = i32::try_from(ticks.rem_euclid(TICKS_PER_SECOND) * 100).unwrap_or_default();
        let moved = self
            .time
            .checked_add(SignedDuration::new(seconds, rest))
            .map_err(|_| beyond())?;
        Self::new(moved, self.is_utc).ok_or_else(beyond)
    }

    /// A moment so many units away. The 31st becomes the last day of a shorter month.
    pub(crate) fn plus(self, count: i64, unit: Unit) -> Raised<Self> {
        let span = |make: fn(i64) -> Span, most: i64| match count.abs() <= most {
            true => Ok(make(count)),
            false => Err(beyond()),
        };
        let ticks = |size: i64| {
            self.plus_ticks(i128::from(count) * i128::from(size) * i128::from(TICKS_PER_SECOND))
        };
        let span = match unit {
            Unit::Second => return ticks(1),
            Unit::Minute => return ticks(60),
            Unit::Hour => return ticks(3_600),
            Unit::Day => return ticks(86_400),
            Unit::Week => return ticks(604_800),
            Unit::Month => span(|count| count.months(), 119_988)?,
            Unit::Year => span(|count| count.years(), 9_999)?,
        };
        let moved = self.time.checked_add(span).map_err(|_| beyond())?;
        Self::new(moved, self.is_utc).ok_or_else(beyond)
    }
}

fn beyond() -> Box<Raise> {
    Raise::value("the result lies outside of the years 1 to 9999")
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    pub(crate) fn read(name: &str) -> Raised<Self> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "second" => Self::Second,
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "year" => Self::Year,
            _ => {
                let units = "Second, Minute, Hour, Day, Week, Month, Year";
                return Err(Raise::value(format!(
                    "there is no unit of time '{name}'; there are {units}"
                )));
            }
        })
    }
}

/// The time from one moment to another, as `[-][days.]hours:minutes:seconds[.ticks]`.
pub(crate) fn difference(from: Moment, to: Moment) -> String {
    let ticks = to.ticks() - from.ticks();
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let second = TICKS_PER_SECOND.unsigned_abs();
    let (seconds, rest) = (ticks / second, ticks % second);
    let days = match seconds / 86_400 {
        0 => String::new(),
        days => format!("{days}."),
    };
    let rest = match rest {
        0 => String::new(),
        rest => format!(".{rest:07}"),
    };
    format!(
        "{sign}{days}{:02}:{:02}:{:02}{rest}",
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}
