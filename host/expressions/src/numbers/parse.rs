//! Numbers in text as people of some country write them. Part of [`super`].

use crate::locale::Locale;

/// The number that a text means: blanks around it, a sign before or behind it or brackets, separators between
/// thousands wherever they stand, a currency sign, an exponent. The result is in JSON's spelling.
pub(crate) fn parse(text: &str, locale: &Locale) -> Option<String> {
    let mut rest = text.trim();
    let mut is_negative = false;
    if let Some(inner) = rest
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        is_negative = true;
        rest = inner.trim();
    } else if let Some(inner) = rest.strip_prefix(['-', '+']) {
        is_negative = rest.starts_with('-');
        rest = inner.trim_start();
    } else if let Some(inner) = rest.strip_suffix(['-', '+']) {
        is_negative = rest.ends_with('-');
        rest = inner.trim_end();
    }
    let currency = locale.currency_sign();
    rest = rest
        .strip_prefix(currency.as_str())
        .or_else(|| rest.strip_suffix(currency.as_str()))
        .unwrap_or(rest)
        .trim();
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (point, separator) = (locale.decimal_point(), locale.groups().0);
    let (whole, fraction) = mantissa
        .split_once(point.as_str())
        .unwrap_or((mantissa, ""));
    // Separators that look like a blank are written as any blank.
    let whole: String = match separator.trim().is_empty() {
        true => whole
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect(),
        false => whole.replace(separator.as_str(), ""),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(&whole) || !is_digits(fraction) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let mut json = format!("{}{whole}", if is_negative { "-" } else { "" });
    if !fraction.is_empty() {
        json += &format!(".{fraction}");
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if digits.is_empty() || digits.len() > 4 || !is_digits(digits) {
            return None;
        }
        json += &format!("e{exponent}");
    }
    Some(json)
}
