//! Dates and moments: read from the spellings that the service accepts, written as it writes them.
//!
//! Layer: storage, pure. On disk a moment is its Unix second and a day its number since 1970-01-01: both sort, compare
//! and index as integers.

use std::io::Write;

use time::{Date, Month, OffsetDateTime, Time, UtcOffset, format_description::well_known::Rfc3339};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Reads a date and time with or without offset, or a date alone; without an offset it is UTC.
pub fn parse_moment(text: &str) -> Option<OffsetDateTime> {
    if let Some(day) = parse_day(text) {
        return Some(day.midnight().assume_utc());
    }
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(moment.to_offset(UtcOffset::UTC));
    }
    // Seconds and offset may be missing: `2026-03-25T17:42`.
    let (day, time) = text.split_once('T')?;
    let time = match time.bytes().filter(|byte| *byte == b':').count() {
        1 => format!("{}:00", time.strip_suffix('Z').unwrap_or(time)),
        _ => time.strip_suffix('Z').unwrap_or(time).to_owned(),
    };
    OffsetDateTime::parse(&format!("{day}T{time}Z"), &Rfc3339).ok()
}

/// Reads `2026-03-25`.
pub fn parse_day(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// The number under which a day is kept.
pub fn day_number(day: Date) -> i64 {
    day.midnight().assume_utc().unix_timestamp().div_euclid(DAY)
}

/// The moment that a kept number stands for; numbers beyond the calendar are cut to its end.
pub fn from_second(second: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(second)
        .unwrap_or(OffsetDateTime::new_utc(Date::MAX, Time::MIDNIGHT))
}

/// The day that a kept number stands for.
pub fn from_day_number(number: i64) -> Date {
    from_second(number.saturating_mul(DAY)).date()
}

/// Writes `2026-03-25T17:42:47Z`.
pub fn write_moment(out: &mut Vec<u8>, second: i64) {
    let moment = from_second(second);
    write_day(out, moment.date());
    // A Vec never refuses a write.
    let _ = write!(
        out,
        "T{:02}:{:02}:{:02}Z",
        moment.hour(),
        moment.minute(),
        moment.second()
    );
}

/// Writes `2026-03-25`.
pub fn write_day(out: &mut Vec<u8>, day: Date) {
    let _ = write!(
        out,
        "{:04}-{:02}-{:02}",
        day.year(),
        u8::from(day.month()),
        day.day()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_moment_is_read_and_one_is_written() {
        for (text, expected) in [
            ("2026-03-25T17:42:47Z", Some("2026-03-25T17:42:47Z")),
            ("2026-03-25T17:42:47.9876543Z", Some("2026-03-25T17:42:47Z")),
            ("2026-03-25T17:42:47+02:00", Some("2026-03-25T15:42:47Z")),
            ("2026-03-25T17:42:47", Some("2026-03-25T17:42:47Z")),
            ("2026-03-25T17:42", Some("2026-03-25T17:42:00Z")),
            ("2026-03-25", Some("2026-03-25T00:00:00Z")),
            ("25.3.2026", None),
            ("2026-13-01", None),
        ] {
            let written = parse_moment(text).map(|moment| {
                let mut out = Vec::new();
                write_moment(&mut out, moment.unix_timestamp());
                String::from_utf8(out).unwrap()
            });
            assert_eq!(written.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn days_before_1970_keep_their_number() {
        let day = parse_day("1969-12-31").unwrap();
        assert_eq!(day_number(day), -1);
        assert_eq!(from_day_number(-1), day);
    }
}
