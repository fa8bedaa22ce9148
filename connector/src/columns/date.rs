//! Dates and times as the wire spells them, and nothing that is no date.

use serde_json::Value;

use super::words::shown;
use crate::tables::DateShape;

/// First year that the service's database holds.
const FIRST_YEAR: u32 = 1753;

/// A date or date-time as the wire spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// The spelling.
    pub text: String,
    /// Whether it names a moment only because it was taken as UTC.
    pub assumed: bool,
}

impl Date {
    fn certain(text: String) -> Self {
        Self {
            text,
            assumed: false,
        }
    }

    fn assumed(text: String) -> Self {
        Self {
            text,
            assumed: true,
        }
    }
}

/// A date or date-time of the wanted shape. A time without an offset is taken as UTC.
///
/// # Errors
/// What would be right.
pub fn date(value: &Value, shape: DateShape) -> Result<Date, String> {
    let example = match shape {
        DateShape::DateOnly => "a date such as 2026-03-25",
        DateShape::DateTime => "a date and time such as 2026-03-25T17:42:00Z",
    };
    let wrong = || format!("{} is not {example}", shown(value));
    let Value::String(text) = value else {
        return Err(wrong());
    };
    let text = text.trim();
    let (day, time) = match text.split_once(['T', 't', ' ']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    let day = calendar_day(day).ok_or_else(wrong)?;
    let time = match time {
        Some(time) => Some(Time::parse(time).ok_or_else(wrong)?),
        None => None,
    };
    match (shape, time) {
        (DateShape::DateOnly, None) => Ok(Date::certain(day)),
        (DateShape::DateOnly, Some(time)) if time.is_midnight() => Ok(Date::certain(day)),
        (DateShape::DateOnly, Some(_)) => Err(format!(
            "{} has a time, but the column holds only a date",
            shown(value)
        )),
        (DateShape::DateTime, None) => Ok(Date::assumed(format!("{day}T00:00:00Z"))),
        (DateShape::DateTime, Some(time)) => Ok(match time.offset {
            Some(offset) => Date::certain(format!("{day}T{}{offset}", time.clock)),
            None => Date::assumed(format!("{day}T{}Z", time.clock)),
        }),
    }
}

/// `YYYY-MM-DD`, if the calendar has that day. The older connector's forms take a date only as
/// `MM/DD/YYYY`, in whatever country, so that is read as well.
fn calendar_day(text: &str) -> Option<String> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = text.split(separator).collect();
    let (year, month, day) = match (separator, parts.as_slice()) {
        ('-', [year, month, day]) => (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?),
        ('/', [month, day, year]) => (digits(year, 4)?, short(month)?, short(day)?),
        _ => return None,
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let exists = year >= FIRST_YEAR && (1..=length).contains(&day);
    exists.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Two digits, or the one that is left when a zero in front is.
fn short(text: &str) -> Option<u32> {
    digits(text, 2).or_else(|| digits(text, 1))
}

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

struct Time {
    clock: String,
    offset: Option<String>,
}

impl Time {
    /// `HH:MM[:SS[.fraction]][Z|±HH:MM]`.
    fn parse(text: &str) -> Option<Self> {
        let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
            Some(position) => text.split_at(position),
            None => (text, ""),
        };
        let offset = match offset {
            "" => None,
            "Z" | "z" => Some("Z".to_owned()),
            signed => {
                let (sign, size) = signed.split_at(1);
                let (hours, minutes) = size.split_once(':')?;
                // Time zones reach from -12:00 to +14:00.
                let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
                if hours > 14 || minutes > 59 {
                    return None;
                }
                Some(format!("{sign}{hours:02}:{minutes:02}"))
            }
        };
        let mut parts = clock.trim_end().split(':');
        let hours = digits(parts.next()?, 2)?;
        let minutes = digits(parts.next()?, 2)?;
        let seconds = parts.next().unwrap_or("00");
        let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
        let whole = digits(whole, 2)?;
        let exists = parts.next().is_none()
            && hours < 24
            && minutes < 60
            && whole < 60
            && fraction.len() <= 9
            && fraction.bytes().all(|byte| byte.is_ascii_digit())
            && !seconds.ends_with('.');
        let fraction = if fraction.is_empty() {
            String::new()
        } else {
            format!(".{fraction}")
        };
        exists.then(|| Self {
            clock: format!("{hours:02}:{minutes:02}:{whole:02}{fraction}"),
            offset,
        })
    }

    fn is_midnight(&self) -> bool {
        self.clock.bytes().all(|byte| !matches!(byte, b'1'..=b'9'))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_and_times_get_the_shape_of_their_column() {
        use DateShape::{DateOnly, DateTime};
        let table = [
            ("2026-03-25", DateOnly, Some("2026-03-25")),
            ("2026-03-25T00:00:00Z", DateOnly, Some("2026-03-25")),
            ("2026-03-25T17:42:00Z", DateOnly, None),
            ("2026-03-25", DateTime, Some("2026-03-25T00:00:00Z")),
            (
                "2026-03-25T17:42:47Z",
                DateTime,
                Some("2026-03-25T17:42:47Z"),
            ),
            ("2026-03-25 17:42", DateTime, Some("2026-03-25T17:42:00Z")),
            (
                "2026-03-25T17:42:47.123+02:00",
                DateTime,
                Some("2026-03-25T17:42:47.123+02:00"),
            ),
            ("2024-02-29", DateOnly, Some("2024-02-29")),
            ("2026-02-29", DateOnly, None),
            ("2026-13-01", DateOnly, None),
            ("2026-00-01", DateOnly, None),
            ("1752-12-31", DateOnly, None),
            ("25.03.2026", DateOnly, None),
            ("03/25/2026", DateOnly, Some("2026-03-25")),
            ("03/25/2026", DateTime, Some("2026-03-25T00:00:00Z")),
            ("3/5/2026 17:42", DateTime, Some("2026-03-05T17:42:00Z")),
            ("25/03/2026", DateOnly, None),
            ("02/30/2026", DateOnly, None),
            ("03/25/26", DateOnly, None),
            ("03-25/2026", DateOnly, None),
            ("2026-3-5", DateTime, None),
            ("2026-03-25T25:00:00Z", DateTime, None),
            ("2026-03-25T17:42:47.Z", DateTime, None),
            ("2026-03-25T17:42:47+2", DateTime, None),
            ("2026-03-25T17:42:47+99:00", DateTime, None),
            ("tomorrow", DateTime, None),
            ("", DateTime, None),
        ];
        for (text, shape, expected) in table {
            let read = date(&json!(text), shape).ok().map(|date| date.text);
            assert_eq!(read.as_deref(), expected, "{text} {shape:?}");
        }
        for (text, shape, assumed) in [
            ("2026-03-25", DateOnly, false),
            ("2026-03-25", DateTime, true),
            ("2026-03-25 17:42", DateTime, true),
            ("2026-03-25T17:42:00Z", DateTime, false),
            ("2026-03-25T17:42:00-05:00", DateTime, false),
        ] {
            let read = date(&json!(text), shape).unwrap();
            assert_eq!(read.assumed, assumed, "{text} {shape:?}");
        }
        assert!(date(&json!(1_700_000_000), DateTime).is_err());
    }
}
