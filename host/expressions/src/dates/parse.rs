//! Moments in text: ISO 8601, and what people of a country write. Part of [`super`].

use jiff::civil::{Date, DateTime, Time};

use super::format::{Piece, pieces};
use super::locale::Locale;
use super::moment::{Moment, TICKS_PER_SECOND};
use crate::fault::{Raise, Raised};

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
    if !reader.rest.is_empty() {
        return Err(bad());
    }
    reader.finish().ok_or_else(bad)
}

/// What has been read of a moment.
#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
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
            rest: text,
            ..Self::default()
        }
    }

    /// Tries ISO 8601 first, which means the same everywhere.
    fn moment(&mut self, locale: &Locale) -> Option<Moment> {
        let text = self.rest;
        if self.iso_date().is_none() {
            *self = Self::new(text);
            self.free_date(locale)?;
        }
        if self.sign(&['T', 't']).is_some() || self.blanks() {
            self.blanks();
        } else if !self.rest.is_empty() {
            return None;
        }
        if !self.rest.is_empty() {
            self.time(locale)?;
            self.blanks();
            self.zone()?;
        }
        self.rest.is_empty().then_some(())?;
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
        self.year = Some(i16::try_from(self.number(4, 4)?).ok()?);
        self.sign(&['-'])?;
        self.month = Some(i8::try_from(self.number(1, 2)?).ok()?);
        if self.sign(&['-']).is_some() {
            self.day = Some(i8::try_from(self.number(1, 2)?).ok()?);
        }
        Some(())
    }

    /// A date of numbers in the order of the country, or with the name of a month; names of days are passed over.
    fn free_date(&mut self, locale: &Locale) -> Option<()> {
        let mut numbers: Vec<(i16, usize)> = Vec::new();
        let mut named_at = None;
        loop {
            while self.sign(&['/', '-', '.', ',', ' ', '\u{a0}']).is_some() {}
            if numbers.len() + usize::from(named_at.is_some()) == 3 {
                // What was a blank before the time is needed again.
                break;
            }
            let before = self.rest.len();
            if let Some(number) = self.number(1, 4) {
                numbers.push((i16::try_from(number).ok()?, before - self.rest.len()));
                if self.rest.starts_with(':') {
                    return None;
                }
                self.sign(&['年', '月', '日', '년', '월', '일']);
            } else if let Some(month) = self.month_name(locale) {
                (named_at.is_none()).then_some(())?;
                named_at = Some(numbers.len());
                self.month = Some(month);
            } else if self.day_name(locale).is_none() {
                // Words between, such as the `de` of Spanish.
                self.word()?;
            }
            let done = numbers.len() + usize::from(named_at.is_some()) == 3;
            if done || self.rest.is_empty() {
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
        self.hour = i8::try_from(self.number(1, 2)?).ok()?;
        if self.sign(&[':']).is_some() {
            self.minute = i8::try_from(self.number(1, 2)?).ok()?;
            if self.sign(&[':']).is_some() {
                self.second = i8::try_from(self.number(1, 2)?).ok()?;
                if self.sign(&['.', ',']).is_some() {
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
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.take(count).filter(|digits| !digits.is_empty())?;
        let seven: String = digits.chars().chain("0000000".chars()).take(7).collect();
        self.ticks = seven.parse().ok()?;
        Some(())
    }

    fn half_ahead(&self, locale: &Locale) -> bool {
        Self {
            rest: self.rest,
            ..Self::default()
        }
        .half(locale)
        .is_some()
    }

    fn half(&mut self, locale: &Locale) -> Option<()> {
        let before = self.rest;
        self.blanks();
        for (is_afternoon, names) in [
            (false, ["AM", locale.half(false)]),
            (true, ["PM", locale.half(true)]),
        ] {
            if names
                .iter()
                .any(|name| !name.is_empty() && self.literal(name))
            {
                self.is_afternoon = Some(is_afternoon);
                return Some(());
            }
        }
        self.rest = before;
        None
    }

    /// `Z`, `GMT`, `UTC` or an offset, or nothing.
    fn zone(&mut self) -> Option<()> {
        if self.rest.is_empty() {
            return Some(());
        }
        if self.literal("Z") || self.literal("GMT") || self.literal("UTC") {
            self.offset = Some(0);
            return Some(());
        }
        let sign = match self.sign(&['+', '-', '−'])? {
            '+' => 1,
            _ => -1,
        };
        let hours = self.number(2, 2).or_else(|| self.number(1, 1))?;
        self.sign(&[':']);
        let minutes = self.number(2, 2).unwrap_or_default();
        (hours <= 14 && minutes < 60).then_some(())?;
        self.offset = Some(sign * i32::try_from(hours * 3_600 + minutes * 60).ok()?);
        Some(())
    }

    /// One piece of an exact format.
    fn piece(&mut self, piece: &Piece, locale: &Locale) -> Option<()> {
        let small = |number: u32| i8::try_from(number).ok();
        match piece {
            Piece::Text(text) if text.trim().is_empty() && !text.is_empty() => {
                self.blanks().then_some(())?
            }
            Piece::Text(text) => self.literal(text).then_some(())?,
            Piece::Letter('y', count) => {
                let least = (*count).min(4);
                let year =
                    i16::try_from(self.number(least.min(2), if *count <= 2 { 2 } else { 4 })?)
                        .ok()?;
                self.year = Some(match count {
                    1 | 2 if year < 50 => year + 2000,
                    1 | 2 => year + 1900,
                    _ => year,
                });
            }
            Piece::Letter('M', count @ 1..=2) => self.month = Some(small(self.number(*count, 2)?)?),
            Piece::Letter('M', _) => self.month = Some(self.month_name(locale)?),
            Piece::Letter('d', count @ 1..=2) => self.day = Some(small(self.number(*count, 2)?)?),
            Piece::Letter('d', _) => self.day_name(locale)?,
            Piece::Letter('H' | 'h', count) => self.hour = small(self.number((*count).min(2), 2)?)?,
            Piece::Letter('m', count) => self.minute = small(self.number((*count).min(2), 2)?)?,
            Piece::Letter('s', count) => self.second = small(self.number((*count).min(2), 2)?)?,
            Piece::Letter('f', count) => {
                let digits = self
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
            Piece::Letter(..) => self.literal("A.D.").then_some(())?,
        }
        Some(())
    }

    fn month_name(&mut self, locale: &Locale) -> Option<i8> {
        let names = |locale: &Locale| {
            let locale = *locale;
            let full = (0..12).flat_map(move |month| {
                [
                    (locale.month(month), month),
                    (locale.lone_month(month), month),
                ]
            });
            full.chain((0..12).map(move |month| (locale.short_month(month), month)))
                .collect::<Vec<_>>()
        };
        let month = self
            .longest(names(locale))
            .or_else(|| self.longest(names(&Locale::default())))?;
        i8::try_from(month + 1).ok()
    }

    fn day_name(&mut self, locale: &Locale) -> Option<()> {
        let names = |locale: &Locale| {
            let locale = *locale;
            (0..7)
                .flat_map(move |day| [(locale.day(day), day), (locale.short_day(day), day)])
                .collect::<Vec<_>>()
        };
        self.longest(names(locale))
            .or_else(|| self.longest(names(&Locale::default())))
            .map(|_| ())
    }

    /// The longest of these names that stands here as a whole word.
    fn longest(&mut self, mut names: Vec<(&'static str, usize)>) -> Option<usize> {
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let before = self.rest;
        for (name, number) in names {
            if !name.is_empty() && self.literal(name) && !self.rest.starts_with(char::is_alphabetic)
            {
                return Some(number);
            }
            self.rest = before;
        }
        None
    }

    fn word(&mut self) -> Option<()> {
        let end = self
            .rest
            .find(|character: char| !character.is_alphabetic())
            .unwrap_or(self.rest.len());
        self.take(end)
            .filter(|word| !word.is_empty() && word.chars().count() <= 3)
            .map(|_| ())
    }

    /// A number of so many digits, as many as there are.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        (count >= least && count > 0).then_some(())?;
        self.take(count)?.parse().ok()
    }

    fn sign(&mut self, signs: &[char]) -> Option<char> {
        let first = self
            .rest
            .chars()
            .next()
            .filter(|first| signs.contains(first))?;
        self.take(first.len_utf8())?;
        Some(first)
    }

    fn blanks(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start();
        self.rest.len() < before
    }

    /// Passes over this text, without regard to case.
    fn literal(&mut self, text: &str) -> bool {
        let mut rest = self.rest.chars();
        for expected in text.chars() {
            match rest.next() {
                Some(found) if found.to_lowercase().eq(expected.to_lowercase()) => {}
                _ => return false,
            }
        }
        self.rest = rest.as_str();
        true
    }

    fn take(&mut self, bytes: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }
}
