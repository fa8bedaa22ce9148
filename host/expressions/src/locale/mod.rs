//! How a country writes numbers and dates. Ground of [`crate::numbers`] and [`crate::dates`].
//!
//! Names and separators are those of the GNU C library; the order of a long date is a table of ours
//! ([`patterns`]), because that library has none.

use pure_rust_locales::{Locale as Glibc, locale_match};

mod patterns;

use crate::fault::{Raise, Raised};
use patterns::Patterns;

/// A country's way to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locale {
    glibc: Glibc,
    patterns: &'static Patterns,
}

/// What holds where an expression names none.
const DEFAULT: Locale = Locale {
    glibc: Glibc::en_US,
    patterns: &patterns::EN_US,
};

/// How a country writes amounts of money.
pub(crate) struct Money {
    pub(crate) sign: String,
    pub(crate) point: &'static str,
    pub(crate) groups: (String, Vec<usize>),
    /// Whether the sign stands before the amount.
    pub(crate) is_first: bool,
}

impl Default for Locale {
    fn default() -> Self {
        DEFAULT
    }
}

impl Locale {
    /// The locale of a name such as `de-DE`, in any case; `de` is the one of its own country.
    pub(crate) fn named(name: &str) -> Raised<Self> {
        let (language, country) = name.split_once(['-', '_']).unwrap_or((name, ""));
        let language = language.to_ascii_lowercase();
        let country = match country {
            "" => patterns::home(&language).to_owned(),
            country => country.to_ascii_uppercase(),
        };
        let glibc = format!("{language}_{country}").parse().map_err(|_| {
            Raise::value(format!(
                "there is no locale '{name}'; locales have names such as 'en-US' and 'fr-FR'"
            ))
        })?;
        Ok(Self {
            glibc,
            patterns: patterns::of(&language, &country),
        })
    }

    pub(crate) fn patterns(self) -> &'static Patterns {
        self.patterns
    }

    pub(crate) fn day(self, day: usize) -> &'static str {
        let names = locale_match!(self.glibc => LC_TIME::DAY);
        names.get(day).copied().unwrap_or_default()
    }

    pub(crate) fn short_day(self, day: usize) -> &'static str {
        let names = locale_match!(self.glibc => LC_TIME::ABDAY);
        names.get(day).copied().unwrap_or_default()
    }

    /// The name of a month, of 0 to 11, as it stands beside a day.
    pub(crate) fn month(self, month: usize) -> &'static str {
        let names = locale_match!(self.glibc => LC_TIME::MON);
        names.get(month).copied().unwrap_or_default()
    }

    /// The name of a month alone, which some languages decline otherwise.
    pub(crate) fn lone_month(self, month: usize) -> &'static str {
        let names = locale_match!(self.glibc => LC_TIME::ALT_MON);
        names
            .and_then(|names| names.get(month).copied())
            .unwrap_or_else(|| self.month(month))
    }

    pub(crate) fn short_month(self, month: usize) -> &'static str {
        let names = locale_match!(self.glibc => LC_TIME::ABMON);
        names.get(month).copied().unwrap_or_default()
    }

    /// AM and PM; where people have no such words, they are empty.
    pub(crate) fn half(self, is_afternoon: bool) -> &'static str {
        let names = locale_match!(self.glibc => LC_TIME::AM_PM);
        names
            .get(usize::from(is_afternoon))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn decimal_point(&self) -> String {
        locale_match!(self.glibc => LC_NUMERIC::DECIMAL_POINT).to_owned()
    }

    /// What separates groups of digits, and how long these are from the right; the last length repeats.
    pub(crate) fn groups(&self) -> (String, Vec<usize>) {
        let sizes = locale_match!(self.glibc => LC_NUMERIC::GROUPING);
        let separator = locale_match!(self.glibc => LC_NUMERIC::THOUSANDS_SEP);
        sized(separator, sizes)
    }

    pub(crate) fn currency_sign(&self) -> String {
        locale_match!(self.glibc => LC_MONETARY::CURRENCY_SYMBOL).to_owned()
    }

    /// How amounts of money are written.
    pub(crate) fn money(&self) -> Money {
        let sizes = locale_match!(self.glibc => LC_MONETARY::MON_GROUPING);
        let separator = locale_match!(self.glibc => LC_MONETARY::MON_THOUSANDS_SEP);
        Money {
            sign: self.currency_sign(),
            point: locale_match!(self.glibc => LC_MONETARY::MON_DECIMAL_POINT),
            groups: sized(separator, sizes),
            is_first: self.patterns.currency_first,
        }
    }

    /// `%` with the blank that stands before it.
    pub(crate) fn percent(&self) -> &'static str {
        match self.patterns.percent_blank {
            true => " %",
            false => "%",
        }
    }
}

fn sized(separator: &str, sizes: &[i64]) -> (String, Vec<usize>) {
    let sizes: Vec<usize> = sizes
        .iter()
        .filter_map(|size| usize::try_from(*size).ok())
        .filter(|size| *size > 0)
        .collect();
    match (separator, sizes.is_empty()) {
        // .NET groups in every country.
        ("", _) | (_, true) => (
            if separator.is_empty() {
                "\u{a0}"
            } else {
                separator
            }
            .to_owned(),
            vec![3],
        ),
        _ => (separator.to_owned(), sizes),
    }
}
