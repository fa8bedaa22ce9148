//! Moments as the service writes them: whole seconds, UTC. Pure.

use serde::{Deserialize, Serialize};

const DAY: i64 = 24 * 3600;

/// A moment, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    /// Reads RFC 3339; a fraction of a second is left out.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.trim().split_once(['T', 't', ' '])?;
        let mut parts = day.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
        let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
            Some(at) => time.split_at(at),
            None => return None,
        };
        let clock = clock.split('.').next()?;
        let mut parts = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        let sensible = (1..=12).contains(&month)
            && (1..=31).contains(&date)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..=60).contains(&second);
        if !sensible {
            return None;
        }
        let seconds = days(year, month, date) * DAY + hour * 3600 + minute * 60 + second;
        Some(Self(seconds - offset_seconds(offset)?))
    }

    /// Reads the time in a delta token, `08/22/2026 08:10:44`.
    pub(super) fn of_token(text: &str) -> Option<Self> {
        let (day, clock) = text.split_once(' ')?;
        let mut parts = day.splitn(3, '/');
        let (month, date, year) = (parts.next()?, parts.next()?, parts.next()?);
        Self::parse(&format!("{year}-{month}-{date}T{clock}Z"))
    }

    pub(super) fn before(self, seconds: u32) -> Self {
        Self(self.0 - i64::from(seconds))
    }
}

/// `Z`, or `+HH:MM` east of it.
fn offset_seconds(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let seconds = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    Some(if sign == "-" { -seconds } else { seconds })
}

/// Days from 1970 to a day of the Gregorian calendar, by counting 400-year eras from March 0000.
fn days(year: i64, month: i64, date: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + date - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (day, clock) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let shifted = day + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let date = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = (shifted_month + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        write!(
            f,
            "{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("this is no RFC 3339 time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_spelling_and_written_in_one() {
        for (text, written) in [
            ("2026-08-22T08:10:44Z", "2026-08-22T08:10:44Z"),
            ("2026-08-22T10:10:44+02:00", "2026-08-22T08:10:44Z"),
            ("2026-02-28T23:30:00.9999999-01:00", "2026-03-01T00:30:00Z"),
            ("2024-02-29T00:00:00z", "2024-02-29T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("1753-01-01T00:00:00Z", "1753-01-01T00:00:00Z"),
            ("2000-12-31T23:59:60Z", "2001-01-01T00:00:00Z"),
        ] {
            assert_eq!(Moment::parse(text).unwrap().to_string(), written, "{text}");
        }
        for wrong in [
            "",
            "2026-08-22",
            "2026-13-01T00:00:00Z",
            "2026-08-22T08:10:44",
            "now",
        ] {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
        let token = Moment::of_token("08/22/2026 08:10:44").unwrap();
        assert_eq!(token.before(45).to_string(), "2026-08-22T08:09:59Z");
        assert_eq!(Moment::parse("1970-01-01T00:00:00Z"), Some(Moment(0)));
    }
}
