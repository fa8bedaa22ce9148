//! The standard formats of .NET for numbers: `C`, `D`, `E`, `F`, `G`, `N`, `P`, `X`. Part of [`super`].

use super::custom;
use super::digits::Digits;
use super::groups::grouped;
use super::number::Number;
use crate::fault::{Raise, Raised};
use crate::locale::Locale;

/// More digits than anybody reads; a hundred million of them would be a way to take memory.
const MAX_PRECISION: usize = 99;

/// A number in a format of .NET.
pub(crate) fn format(number: Number, pattern: &str, locale: &Locale) -> Raised<String> {
    let mut characters = pattern.chars();
    let (Some(letter), rest) = (characters.next(), characters.as_str()) else {
        return Ok(general(number, None, 'E', locale));
    };
    if !letter.is_ascii_alphabetic() || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(custom::format(Digits::of(number), pattern, locale));
    }
    let precision = match rest.parse::<usize>() {
        _ if rest.is_empty() => None,
        Ok(precision) if precision <= MAX_PRECISION => Some(precision),
        _ => {
            return Err(Raise::value(format!(
                "`{pattern}` asks for more than {MAX_PRECISION} digits"
            )));
        }
    };
    let whole = || match number {
        Number::Int(whole) => Ok(whole),
        _ => Err(Raise::value(format!(
            "the format `{pattern}` takes whole numbers only"
        ))),
    };
    Ok(match letter.to_ascii_uppercase() {
        'C' => money(&fixed(number, precision.unwrap_or(2)), locale),
        'D' => {
            let whole = whole()?;
            let width = precision.unwrap_or_default();
            let sign = if whole < 0 { "-" } else { "" };
            format!("{sign}{:0>width$}", whole.unsigned_abs())
        }
        'E' => exponential(number, precision.unwrap_or(6), letter, locale),
        'F' => {
            let parts = fixed(number, precision.unwrap_or(2));
            parts.plain(&locale.decimal_point(), None)
        }
        'G' => general(
            number,
            precision.filter(|precision| *precision > 0),
            if letter == 'G' { 'E' } else { 'e' },
            locale,
        ),
        'N' => fixed(number, precision.unwrap_or(2)).plain(&locale.decimal_point(), Some(locale)),
        'P' => {
            let mut digits = Digits::of(number);
            digits.shift(2);
            let parts = rounded(digits, precision.unwrap_or(2));
            format!(
                "{}{}",
                parts.plain(&locale.decimal_point(), Some(locale)),
                locale.percent()
            )
        }
        'R' => general(number, None, 'E', locale),
        'X' => {
            let whole = whole()?;
            let width = precision.unwrap_or_default();
            match letter {
                'X' => format!("{whole:0>width$X}"),
                _ => format!("{whole:0>width$x}"),
            }
        }
        _ => {
            return Err(Raise::value(format!(
                "there is no number format `{pattern}`; there are C, D, E, F, G, N, P, R, X"
            )));
        }
    })
}

/// A rounded number in the pieces from which formats put it together.
struct Parts {
    is_negative: bool,
    whole: String,
    fraction: String,
}

impl Parts {
    fn plain(&self, point: &str, groups: Option<&Locale>) -> String {
        format!(
            "{}{}",
            if self.is_negative { "-" } else { "" },
            self.unsigned(point, groups.map(Locale::groups))
        )
    }

    /// Without its sign; `groups` are the separator and the sizes, the last of which repeats.
    fn unsigned(&self, point: &str, groups: Option<(String, Vec<usize>)>) -> String {
        let whole = match groups {
            Some((separator, sizes)) => grouped(&self.whole, &separator, &sizes),
            None => self.whole.clone(),
        };
        match self.fraction.is_empty() {
            true => whole,
            false => format!("{whole}{point}{}", self.fraction),
        }
    }
}

/// An amount with the country's currency, where the country puts it. The blank is a plain one, as .NET has it.
fn money(amount: &Parts, locale: &Locale) -> String {
    let money = locale.money();
    let text = amount.unsigned(money.point, Some(money.groups));
    let sign = money.sign;
    let minus = if amount.is_negative { "-" } else { "" };
    match money.is_first {
        true if sign.chars().all(char::is_alphabetic) => format!("{minus}{sign} {text}"),
        true => format!("{minus}{sign}{text}"),
        false => format!("{minus}{text} {sign}"),
    }
}

fn fixed(number: Number, places: usize) -> Parts {
    rounded(Digits::of(number), places)
}

fn rounded(mut digits: Digits, places: usize) -> Parts {
    digits.round(i32::try_from(places).unwrap_or(i32::MAX));
    let whole = match digits.whole() {
        empty if empty.is_empty() => "0".to_owned(),
        whole => whole,
    };
    Parts {
        is_negative: digits.is_negative && !digits.is_zero(),
        whole,
        fraction: digits.fraction(places),
    }
}

/// `1.052033E+003`.
fn exponential(number: Number, places: usize, letter: char, locale: &Locale) -> String {
    let mut digits = Digits::of(number);
    let before = digits.exponent();
    digits.shift(-before);
    digits.round(i32::try_from(places).unwrap_or(i32::MAX));
    let carried = digits.exponent();
    digits.shift(-carried);
    let exponent = before + carried;
    let parts = rounded(digits, places);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{}{letter}{sign}{:03}",
        parts.plain(&locale.decimal_point(), None),
        exponent.unsigned_abs()
    )
}

/// The shorter of plain and scientific.
fn general(number: Number, precision: Option<usize>, letter: char, locale: &Locale) -> String {
    let mut digits = Digits::of(number);
    if let Some(precision) = precision {
        digits.round(i32::try_from(precision).unwrap_or(i32::MAX) - 1 - digits.exponent());
    }
    let exponent = digits.exponent();
    let most = precision.map_or(
        match number {
            Number::Float(_) => 15,
            _ => 29,
        },
        |precision| i32::try_from(precision).unwrap_or(i32::MAX),
    );
    if exponent >= -5 && exponent < most {
        let places = digits.fraction_len();
        return rounded(digits, places).plain(&locale.decimal_point(), None);
    }
    let places = digits.len().saturating_sub(1);
    digits.shift(-exponent);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{}{letter}{sign}{:02}",
        rounded(digits, places).plain(&locale.decimal_point(), None),
        exponent.unsigned_abs()
    )
}
