//! Moments in text: ISO 8601, and what people of a country write. Part of [`super`].

use jiff::civil::{Date, DateTime, Time};

use super::format::{Piece, pieces};
use super::moment::{Moment, TICKS_PER_SECOND};
use super::scan::Scanner;
use crate::fault::{Raise, Raised};
use crate::locale::Locale;

/// A moment in text.
pub(crate) fn read(text: &str, locale: &Locale) -> Raised<Moment> {
    let bad = || {
        let example = "2018-03-15T13:27:36Z";
        Raise::value(format!(
            "'{}' is no date and time such as '{example}'",
            text.chars().take(40).collect::<String>()
        ))
    };
    Reader::new(text.trim()).moment(locale).ok_or_else(bad)
}

/// A moment in text of exactly this format.
pub(crate) fn exact(text: &str, pattern: &str, locale: &Locale) -> Raised<Moment> {
    let bad = || {
        let text: String = text.chars().take(40).collect();
        Raise::value(format!(
            "'{text}' is no date and time in the format `{pattern}`"
        ))
    };
    let standard;
    let patterns = locale.patterns();
    let pattern = match pattern {
        "d" => patterns.short_date,
        "D" => patterns.long_date,
        "o" | "O" => return Reader::new(text).moment(locale).ok_or_else(bad),
        "s" => "yyyy-MM-ddTHH:mm:ss",
        "u" => "yyyy-MM-dd HH:mm:ss'Z'",
        "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "G" => {
            standard = format!("{} {}", patterns.short_date, patterns.long_time);
            &standard
        }
        "g" => {
            standard = format!("{} {}", patterns.short_date, patterns.short_time);
            &standard
        }
        other => other,
    };
    let mut reader = Reader::new(text);
    for piece in pieces(pattern)? {
        reader.piece(&piece, locale).ok_or_else(bad)?;
    }
    if !reader.scan.rest.is_empty() {
        return Err(bad());
    }
    reader.finish().ok_or_else(bad)
}

/// What has been read of a moment.
#[derive(Default)]
struct Reader<'a> {
    scan: Scanner<'a>,
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: i8,
    minute: i8,
    second: i8,
    ticks: i32,
    /// Whether AM or PM was read, and which.
    is_afternoon: Option<bool>,
    /// In seconds.
    offset: Option<i32>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            scan: Scanner { rest: text },
            ..Self::default()
        }
    }

    /// Tries ISO 8601 first, which means the same everywhere.
    fn moment(&mut self, locale: &Locale) -> Option<Moment> {
        let text = self.scan.rest;
        if self.iso_date().is_none() {
            *self = Self::new(text);
            self.free_date(locale)?;
        }
        if self.scan.sign(&['T', 't']).is_some() || self.scan.blanks() {
            self.scan.blanks();
        } else if !self.scan.rest.is_empty() {
            return None;
        }
        if !self.scan.rest.is_empty() {
            self.time(locale)?;
            self.scan.blanks();
            self.zone()?;
        }
        self.scan.rest.is_empty().then_some(())?;
        self.finish()
    }

    fn finish(&self) -> Option<Moment> {
        let hour = match (self.is_afternoon, self.hour) {
            (None, hour) => hour,
            (Some(is_afternoon), hour @ 1..=12) => hour % 12 + if is_afternoon { 12 } else { 0 },
            _ => return None,
        };
        let date = Date::new(self.year?, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        let time = Time::new(hour, self.minute, self.second, self.ticks.checked_mul(100)?).ok()?;
        let moment = Moment::new(DateTime::from_parts(date, time), self.offset.is_some())?;
        let seconds = i128::from(-self.offset.unwrap_or_default());
        moment
            .plus_ticks(seconds * i128::from(TICKS_PER_SECOND))
            .ok()
    }

    fn iso_date(&mut self) -> Option<()> {
        self.year = Some(i16::try_from(self.scan.number(4, 4)?).ok()?);
        self.scan.sign(&['-'])?;
        self.month = Some(i8::try_from(self.scan.number(1, 2)?).ok()?);
        if self.scan.sign(&['-']).is_some() {
            self.day = Some(i8::try_from(self.scan.number(1, 2)?).ok()?);
        }
        Some(())
    }

    /// A date of numbers in the order of the country, or with the name of a month; names of days are passed over.
    fn free_date(&mut self, locale: &Locale) -> Option<()> {
        let mut numbers: Vec<(i16, usize)> = Vec::new();
        let mut named_at = None;
        loop {
            while self
                .scan
                .sign(&['/', '-', '.', ',', ' ', '\u{a0}'])
                .is_some()
            {}
            if numbers.len() + usize::from(named_at.is_some()) == 3 {
                // What was a blank before the time is needed again.
                break;
            }
            let before = self.scan.rest.len();
            if let Some(number) = self.scan.number(1, 4) {
                numbers.push((i16::try_from(number).ok()?, before - self.scan.rest.len()));
                if self.scan.rest.starts_with(':') {
                    return None;
                }
                self.scan.sign(&['年', '月', '日', '년', '월', '일']);
            } else if let Some(month) = self.scan.month_name(locale) {
                (named_at.is_none()).then_some(())?;
                named_at = Some(numbers.len());
                self.month = Some(month);
            } else if self.scan.day_name(locale).is_none() {
                // Words between, such as the `de` of Spanish.
                self.scan.word()?;
            }
            let done = numbers.len() + usize::from(named_at.is_some()) == 3;
            if done || self.scan.rest.is_empty() {
                break;
            }
        }
        let year_of = |(number, width): (i16, usize)| match width {
            1 | 2 if number < 50 => number + 2000,
            1 | 2 => number + 1900,
            _ => number,
        };
        let small = |(number, width): (i16, usize)| {
            (width <= 2).then(|| i8::try_from(number).ok()).flatten()
        };
        match (named_at, numbers.as_slice()) {
            (Some(0), [day, year]) | (Some(1), [day, year]) if day.1 <= 2 => {
                self.day = small(*day);
                self.year = Some(year_of(*year));
            }
            (Some(1), [year, day]) => {
                self.day = small(*day);
                self.year = Some(year_of(*year));
            }
            (Some(_), [year]) if year.1 == 4 => self.year = Some(year.0),
            (None, [first, month, day]) if first.1 == 4 => {
                self.year = Some(first.0);
                self.month = small(*month);
                self.day = small(*day);
            }
            (None, [one, two, year]) => {
                let pattern = locale.patterns().short_date;
                let month_first = pattern.find('M') < pattern.find('d');
                let (month, day) = if month_first { (one, two) } else { (two, one) };
                self.month = small(*month);
                self.day = small(*day);
                self.year = Some(year_of(*year));
            }
            _ => return None,
        }
        (self.month.is_some() && (self.day.is_some() || numbers.len() == 1)).then_some(())
    }

    fn time(&mut self, locale: &Locale) -> Option<()> {
        self.hour = i8::try_from(self.scan.number(1, 2)?).ok()?;
        if self.scan.sign(&[':']).is_some() {
            self.minute = i8::try_from(self.scan.number(1, 2)?).ok()?;
            if self.scan.sign(&[':']).is_some() {
                self.second = i8::try_from(self.scan.number(1, 2)?).ok()?;
                if self.scan.sign(&['.', ',']).is_some() {
                    self.fraction()?;
                }
            }
        } else if !self.half_ahead(locale) {
            return None;
        }
        self.half(locale);
        (self.second < 60).then_some(())
    }

    /// Digits behind the point; those beyond a tick do not count.
    fn fraction(&mut self) -> Option<()> {
        let count = self
            .scan
            .rest
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let digits = self.scan.take(count).filter(|digits| !digits.is_empty())?;
        let seven: String = digits.chars().chain("0000000".chars()).take(7).collect();
        self.ticks = seven.parse().ok()?;
        Some(())
    }

    fn half_ahead(&self, locale: &Locale) -> bool {
        Self {
            scan: Scanner {
                rest: self.scan.rest,
            },
            ..Self::default()
        }
        .half(locale)
        .is_some()
    }

    fn half(&mut self, locale: &Locale) -> Option<()> {
        let before = self.scan.rest;
        self.scan.blanks();
        for (is_afternoon, names) in [
            (false, ["AM", locale.half(false)]),
            (true, ["PM", locale.half(true)]),
        ] {
            if names
                .iter()
                .any(|name| !name.is_empty() && self.scan.literal(name))
            {
                self.is_afternoon = Some(is_afternoon);
                return Some(());
            }
        }
        self.scan.rest = before;
        None
    }

    /// `Z`, `GMT`, `UTC` or an offset, or nothing.
    fn zone(&mut self) -> Option<()> {
        if self.scan.rest.is_empty() {
            return Some(());
        }
        if self.scan.literal("Z") || self.scan.literal("GMT") || self.scan.literal("UTC") {
            self.offset = Some(0);
            return Some(());
        }
        let sign = match self.scan.sign(&['+', '-', '−'])? {
            '+' => 1,
            _ => -1,
        };
        let hours = self.scan.number(2, 2).or_else(|| self.scan.number(1, 1))?;
        self.scan.sign(&[':']);
        let minutes = self.scan.number(2, 2).unwrap_or_default();
        (hours <= 14 && minutes < 60).then_some(())?;
        self.offset = Some(sign * i32::try_from(hours * 3_600 + minutes * 60).ok()?);
        Some(())
    }

    /// One piece of an exact format.
    fn piece(&mut self, piece: &Piece, locale: &Locale) -> Option<()> {
        let small = |number: u32| i8::try_from(number).ok();
        match piece {
            Piece::Text(text) if text.trim().is_empty() && !text.is_empty() => {
                self.scan.blanks().then_some(())?
            }
            Piece::Text(text) => self.scan.literal(text).then_some(())?,
            Piece::Letter('y', count) => {
                let least = (*count).min(4);
                let year = i16::try_from(
                    self.scan
                        .number(least.min(2), if *count <= 2 { 2 } else { 4 })?,
                )
                .ok()?;
                self.year = Some(match count {
                    1 | 2 if year < 50 => year + 2000,
                    1 | 2 => year + 1900,
                    _ => year,
                });
            }
            Piece::Letter('M', count @ 1..=2) => {
                self.month = Some(small(self.scan.number(*count, 2)?)?)
            }
            Piece::Letter('M', _) => self.month = Some(self.scan.month_name(locale)?),
            Piece::Letter('d', count @ 1..=2) => {
                self.day = Some(small(self.scan.number(*count, 2)?)?)
            }
            Piece::Letter('d', _) => self.scan.day_name(locale)?,
            Piece::Letter('H' | 'h', count) => {
                self.hour = small(self.scan.number((*count).min(2), 2)?)?
            }
            Piece::Letter('m', count) => {
                self.minute = small(self.scan.number((*count).min(2), 2)?)?
            }
            Piece::Letter('s', count) => {
                self.second = small(self.scan.number((*count).min(2), 2)?)?
            }
            Piece::Letter('f', count) => {
                let digits = self
                    .scan
                    .take(*count)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
                self.ticks = format!("{digits:0<7}").parse().ok()?;
            }
            Piece::Letter('F', _) => {
                let _ = self.fraction();
            }
            Piece::Letter('t', _) => self.half(locale)?,
            Piece::Letter('K', _) => self.zone()?,
            Piece::Letter('z', _) => {
                self.zone()?;
                self.offset?;
            }
            Piece::Letter(..) => self.scan.literal("A.D.").then_some(())?,
        }
        Some(())
    }
}
