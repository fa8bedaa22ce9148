//! The date functions of Dataverse as spans of time.
//!
//! Layer: query, pure; the clock is an argument. A user's day is a UTC day and a week begins on Sunday, the defaults of a
//! new organisation; the fiscal year is the calendar year in quarters. "Last" and "next" spans of days and longer begin
//! or end at midnight and include today up to or from this moment.

use time::{Date, Duration, Month, OffsetDateTime};

/// From (included) until (excluded), in Unix seconds; `None` is without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First second.
    pub from: Option<i64>,
    /// Second after the last one.
    pub until: Option<i64>,
}

/// Units that functions count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
    Quarters,
}

/// Whether a function without a value has this name.
pub fn is_fixed(function: &str) -> bool {
    fixed(function, OffsetDateTime::UNIX_EPOCH).is_some()
}

/// Whether a function with a count has this name.
pub fn is_counted(function: &str) -> bool {
    counted(function, 1, OffsetDateTime::UNIX_EPOCH).is_some()
}

/// The span of a function without a value, such as `Today` or `LastMonth`. `None` for a name it does not know.
pub fn fixed(function: &str, now: OffsetDateTime) -> Option<Span> {
    let today = now.date();
    let week = today.saturating_sub(Duration::days(i64::from(
        today.weekday().number_days_from_sunday(),
    )));
    let month = first_of_month(today, today.month());
    let quarter = first_of_month(today, quarter_month(today.month()));
    let year = first_of_month(today, Month::January);
    Some(match function {
        "Today" => days(today, 1),
        "Yesterday" => days(today.saturating_sub(Duration::DAY), 1),
        "Tomorrow" => days(today.saturating_add(Duration::DAY), 1),
        "Last7Days" => between(
            today.saturating_sub(Duration::days(7)),
            today.saturating_add(Duration::DAY),
        ),
        "Next7Days" => between(today, today.saturating_add(Duration::days(8))),
        "ThisWeek" => days(week, 7),
        "LastWeek" => days(week.saturating_sub(Duration::WEEK), 7),
        "NextWeek" => days(week.saturating_add(Duration::WEEK), 7),
        "ThisMonth" => between(month, months_later(month, 1)),
        "LastMonth" => between(months_later(month, -1), month),
        "NextMonth" => between(months_later(month, 1), months_later(month, 2)),
        "ThisYear" | "ThisFiscalYear" => between(year, months_later(year, 12)),
        "LastYear" | "LastFiscalYear" => between(months_later(year, -12), year),
        "NextYear" | "NextFiscalYear" => between(months_later(year, 12), months_later(year, 24)),
        "ThisFiscalPeriod" => between(quarter, months_later(quarter, 3)),
        "LastFiscalPeriod" => between(months_later(quarter, -3), quarter),
        "NextFiscalPeriod" => between(months_later(quarter, 3), months_later(quarter, 6)),
        _ => return None,
    })
}

/// The span of a function with a count, such as `LastXDays` or `OlderThanXMonths`. `None` for a name it does not know.
pub fn counted(function: &str, count: i32, now: OffsetDateTime) -> Option<Span> {
    let (direction, unit) = ["LastX", "NextX", "OlderThanX"]
        .into_iter()
        .find_map(|prefix| Some((prefix, function.strip_prefix(prefix)?)))?;
    let unit = match unit {
        "Minutes" if direction == "OlderThanX" => Unit::Minutes,
        "Hours" => Unit::Hours,
        "Days" => Unit::Days,
        "Weeks" => Unit::Weeks,
        "Months" => Unit::Months,
        "Years" | "FiscalYears" => Unit::Years,
        "FiscalPeriods" => Unit::Quarters,
        _ => return None,
    };
    let second = now.unix_timestamp();
    Some(match direction {
        "OlderThanX" => Span {
            from: None,
            until: Some(moved(now, unit, -count).unix_timestamp()),
        },
        "LastX" if unit == Unit::Hours => Span {
            from: Some(moved(now, unit, -count).unix_timestamp()),
            until: Some(second + 1),
        },
        "NextX" if unit == Unit::Hours => Span {
            from: Some(second),
            until: Some(moved(now, unit, count).unix_timestamp() + 1),
        },
        "LastX" => Span {
            from: Some(start_of(moved(now, unit, -count).date())),
            until: Some(second + 1),
        },
        _ => Span {
            from: Some(second),
            until: Some(start_of(
                moved(now, unit, count).date().saturating_add(Duration::DAY),
            )),
        },
    })
}

/// The span of `On`, its opposite `NotOn`, `OnOrAfter` and `OnOrBefore` for a day.
pub fn relative_to_day(function: &str, day: Date) -> Option<Span> {
    let (from, until) = (start_of(day), start_of(day.saturating_add(Duration::DAY)));
    Some(match function {
        "On" | "NotOn" => Span {
            from: Some(from),
            until: Some(until),
        },
        "OnOrAfter" => Span {
            from: Some(from),
            until: None,
        },
        "OnOrBefore" => Span {
            from: None,
            until: Some(until),
        },
        _ => return None,
    })
}

/// The span of a fiscal year, or of one of its quarters.
pub fn fiscal(year: i32, period: Option<u8>) -> Option<Span> {
    let start = Date::from_calendar_date(year, Month::January, 1).ok()?;
    match period {
        None => Some(between(start, months_later(start, 12))),
        Some(period @ 1..=4) => {
            let start = months_later(start, i32::from(period - 1) * 3);
            Some(between(start, months_later(start, 3)))
        }
        Some(_) => None,
    }
}

fn days(from: Date, count: i64) -> Span {
    between(from, from.saturating_add(Duration::days(count)))
}

fn between(from: Date, until: Date) -> Span {
    Span {
        from: Some(start_of(from)),
        until: Some(start_of(until)),
    }
}

fn start_of(day: Date) -> i64 {
    day.midnight().assume_utc().unix_timestamp()
}

fn first_of_month(day: Date, month: Month) -> Date {
    Date::from_calendar_date(day.year(), month, 1).unwrap_or(day)
}

fn quarter_month(month: Month) -> Month {
    match month {
        Month::January | Month::February | Month::March => Month::January,
        Month::April | Month::May | Month::June => Month::April,
        Month::July | Month::August | Month::September => Month::July,
        _ => Month::October,
    }
}

/// The same day some months away, or the last day of a shorter month.
fn months_later(day: Date, months: i32) -> Date {
    let index = day
        .year()
        .saturating_mul(12)
        .saturating_add(i32::from(u8::from(day.month())) - 1)
        .saturating_add(months);
    let month = u8::try_from(index.rem_euclid(12) + 1)
        .ok()
        .and_then(|number| Month::try_from(number).ok());
    let (Some(month), year) = (month, index.div_euclid(12)) else {
        return day;
    };
    let last = time::util::days_in_month(month, year);
    Date::from_calendar_date(year, month, day.day().min(last)).unwrap_or(if months < 0 {
        Date::MIN
    } else {
        Date::MAX
    })
}

fn moved(now: OffsetDateTime, unit: Unit, count: i32) -> OffsetDateTime {
    let shifted = |seconds: i64| {
        now.saturating_add(Duration::seconds(seconds.saturating_mul(i64::from(count))))
    };
    let months = |each: i32| now.replace_date(months_later(now.date(), each.saturating_mul(count)));
    match unit {
        Unit::Minutes => shifted(60),
        Unit::Hours => shifted(3_600),
        Unit::Days => shifted(86_400),
        Unit::Weeks => shifted(7 * 86_400),
        Unit::Months => months(1),
        Unit::Quarters => months(3),
        Unit::Years => months(12),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    /// A Wednesday.
    const NOW: OffsetDateTime = datetime!(2026-03-25 17:42:47 UTC);

    fn seconds(from: OffsetDateTime, until: OffsetDateTime) -> Span {
        Span {
            from: Some(from.unix_timestamp()),
            until: Some(until.unix_timestamp()),
        }
    }

    #[test]
    fn named_spans_follow_the_calendar() {
        for (function, from, until) in [
            (
                "Today",
                datetime!(2026-03-25 0:00 UTC),
                datetime!(2026-03-26 0:00 UTC),
            ),
            (
                "Yesterday",
                datetime!(2026-03-24 0:00 UTC),
                datetime!(2026-03-25 0:00 UTC),
            ),
            (
                "ThisWeek",
                datetime!(2026-03-22 0:00 UTC),
                datetime!(2026-03-29 0:00 UTC),
            ),
            (
                "LastMonth",
                datetime!(2026-02-01 0:00 UTC),
                datetime!(2026-03-01 0:00 UTC),
            ),
            (
                "NextYear",
                datetime!(2027-01-01 0:00 UTC),
                datetime!(2028-01-01 0:00 UTC),
            ),
            (
                "LastFiscalPeriod",
                datetime!(2025-10-01 0:00 UTC),
                datetime!(2026-01-01 0:00 UTC),
            ),
            (
                "Last7Days",
                datetime!(2026-03-18 0:00 UTC),
                datetime!(2026-03-26 0:00 UTC),
            ),
        ] {
            assert_eq!(
                fixed(function, NOW),
                Some(seconds(from, until)),
                "{function}"
            );
        }
        assert_eq!(fixed("Someday", NOW), None);
    }

    #[test]
    fn counted_spans_end_or_begin_now() {
        assert_eq!(
            counted("LastXDays", 2, NOW),
            Some(seconds(
                datetime!(2026-03-23 0:00 UTC),
                datetime!(2026-03-25 17:42:48 UTC)
            ))
        );
        assert_eq!(
            counted("NextXMonths", 1, NOW),
            Some(seconds(NOW, datetime!(2026-04-26 0:00 UTC)))
        );
        assert_eq!(
            counted("OlderThanXMinutes", 10, NOW),
            Some(Span {
                from: None,
                until: Some(datetime!(2026-03-25 17:32:47 UTC).unix_timestamp())
            })
        );
        assert_eq!(counted("LastXMinutes", 10, NOW), None);
        // A count that leaves the calendar is cut to its end.
        assert!(counted("LastXYears", i32::MAX, NOW).is_some());
    }

    #[test]
    fn a_month_later_than_the_31st_is_the_last_of_a_short_month() {
        assert_eq!(
            months_later(date!(2026 - 01 - 31), 1),
            date!(2026 - 02 - 28)
        );
        assert_eq!(
            months_later(date!(2026 - 01 - 31), -2),
            date!(2025 - 11 - 30)
        );
    }

    #[test]
    fn days_and_fiscal_periods_have_spans() {
        let day = date!(2026 - 03 - 25);
        assert_eq!(relative_to_day("On", day), fixed("Today", NOW));
        assert_eq!(fiscal(2026, Some(1)), fixed("ThisFiscalPeriod", NOW));
        assert_eq!(fiscal(2026, Some(5)), None);
    }
}
