//! Passing over a text piece by piece: digits, signs, and the names of months and days. Part of [`super`].

use crate::locale::Locale;

/// What is left of a text.
#[derive(Default)]
pub(super) struct Scanner<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn month_name(&mut self, locale: &Locale) -> Option<i8> {
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

    pub(super) fn day_name(&mut self, locale: &Locale) -> Option<()> {
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
    pub(super) fn longest(&mut self, mut names: Vec<(&'static str, usize)>) -> Option<usize> {
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

    pub(super) fn word(&mut self) -> Option<()> {
        let end = self
            .rest
            .find(|character: char| !character.is_alphabetic())
            .unwrap_or(self.rest.len());
        self.take(end)
            .filter(|word| !word.is_empty() && word.chars().count() <= 3)
            .map(|_| ())
    }

    /// A number of so many digits, as many as there are.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        (count >= least && count > 0).then_some(())?;
        self.take(count)?.parse().ok()
    }

    pub(super) fn sign(&mut self, signs: &[char]) -> Option<char> {
        let first = self
            .rest
            .chars()
            .next()
            .filter(|first| signs.contains(first))?;
        self.take(first.len_utf8())?;
        Some(first)
    }

    pub(super) fn blanks(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start();
        self.rest.len() < before
    }

    /// Passes over this text, without regard to case.
    pub(super) fn literal(&mut self, text: &str) -> bool {
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

    pub(super) fn take(&mut self, bytes: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }
}
