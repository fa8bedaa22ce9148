//! Values as people in the United States read them: the formatted value annotation.
//!
//! Layer: read, pure. Every simulated user has the locale 1033 and the time zone UTC.

use time::{Date, OffsetDateTime};

use crate::rows::storage::decimal::Decimal;

/// A whole number in groups of three: `1,234,567`.
pub fn whole(number: i64) -> String {
    let digits = group(&number.unsigned_abs().to_string());
    if number < 0 {
        format!("-{digits}")
    } else {
        digits
    }
}

/// A decimal of scale `scale` with `precision` digits behind the point: `1,234.50`.
pub fn decimal(value: i128, scale: u8, precision: u8) -> String {
    let rounded = Decimal {
        unscaled: value,
        scale,
    }
    .rescaled(precision);
    let unscaled = rounded.map_or(0, |decimal| decimal.unscaled);
    let text = format!(
        "{:0>width$}",
        unscaled.unsigned_abs(),
        width = usize::from(precision) + 1
    );
    let (whole, fraction) = text.split_at(text.len() - usize::from(precision));
    let sign = if unscaled < 0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", group(whole))
}

/// An amount with its symbol, negative ones in parentheses: `$1,234.50`, `($0.10)`.
pub fn money(value: i64, scale: u8, precision: u8, symbol: &str) -> String {
    let amount = decimal(value.into(), scale, precision);
    match amount.strip_prefix('-') {
        Some(amount) => format!("({symbol}{amount})"),
        None => format!("{symbol}{amount}"),
    }
}

/// A floating-point number with `precision` digits behind the point.
pub fn double(value: f64, precision: u8) -> String {
    let text = format!("{:.*}", usize::from(precision), value.abs());
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text.as_str(), String::new()), |(whole, fraction)| {
            (whole, format!(".{fraction}"))
        });
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{}{fraction}", group(whole))
}

/// A day: `3/25/2026`.
pub fn day(day: Date) -> String {
    format!("{}/{}/{}", u8::from(day.month()), day.day(), day.year())
}

/// A moment: `3/25/2026 5:42 PM`.
pub fn moment(moment: OffsetDateTime) -> String {
    let half = if moment.hour() < 12 { "AM" } else { "PM" };
    let hour = match moment.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!(
        "{} {hour}:{:02} {half}",
        day(moment.date()),
        moment.minute()
    )
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn numbers_are_grouped_and_amounts_carry_their_symbol() {
        assert_eq!(whole(1_234_567), "1,234,567");
        assert_eq!(whole(-999), "-999");
        assert_eq!(decimal(125_050, 4, 2), "12.51");
        assert_eq!(decimal(-5_000_000, 4, 0), "-500");
        assert_eq!(money(50_000_000_000, 4, 2, "$"), "$5,000,000.00");
        assert_eq!(money(-1_000, 4, 2, "$"), "($0.10)");
        assert_eq!(double(-1234.5, 2), "-1,234.50");
        assert_eq!(double(7.0, 0), "7");
    }

    #[test]
    fn moments_are_told_by_the_twelve_hour_clock() {
        assert_eq!(
            moment(datetime!(2026-03-25 17:42:47 UTC)),
            "3/25/2026 5:42 PM"
        );
        assert_eq!(moment(datetime!(2026-12-01 0:05 UTC)), "12/1/2026 12:05 AM");
        assert_eq!(
            moment(datetime!(2026-12-01 12:05 UTC)),
            "12/1/2026 12:05 PM"
        );
    }
}
