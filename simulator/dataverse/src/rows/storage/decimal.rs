//! Exact decimals: read from text, rounded to a scale, written with a fixed number of digits.
//!
//! Layer: storage, pure. Amounts never pass through floating point: `0.1 + 0.2` must stay `0.3` (reference, trap 25).

/// Digits behind the point of every amount of money on the wire and on disk.
pub const MONEY_SCALE: u8 = 4;

/// Least number of digits behind the point of a decimal on the wire: SQL Server keeps them as `decimal(23,10)`.
pub const DECIMAL_SCALE: u8 = 10;

/// Digits behind the point beyond which a decimal is not kept: the twelve of exchange rates.
pub const MAX_SCALE: u8 = 12;

/// `unscaled / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// The digits.
    pub unscaled: i128,
    /// How many of them stand behind the point.
    pub scale: u8,
}

/// Digits beyond which a number is not worth reading exactly; `i128` holds 38.
const MAX_DIGITS: usize = 36;

impl Decimal {
    /// Reads `-12.50`, `7` or `1.5e3`. `None` for anything else and for more digits than any column has.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        if all().next().is_none()
            || !all().all(|byte| byte.is_ascii_digit())
            || whole.len() + fraction.len() > MAX_DIGITS
        {
            return None;
        }
        let mut unscaled = all().fold(0i128, |value, byte| value * 10 + i128::from(byte - b'0'));
        let mut scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        while scale < 0 {
            unscaled = unscaled.checked_mul(10)?;
            scale += 1;
        }
        let scale = u8::try_from(scale).ok()?;
        Some(Self {
            unscaled: if negative { -unscaled } else { unscaled },
            scale,
        })
    }

    /// The same number with another number of digits behind the point, rounded half away from zero. `None` when it does
    /// not fit.
    pub fn rescaled(self, scale: u8) -> Option<Self> {
        let unscaled = if scale >= self.scale {
            self.unscaled
                .checked_mul(10i128.checked_pow(u32::from(scale - self.scale))?)?
        } else {
            match 10i128.checked_pow(u32::from(self.scale - scale)) {
                Some(divisor) => {
                    let half = divisor / 2;
                    let towards = if self.unscaled < 0 { -half } else { half };
                    self.unscaled.checked_add(towards)? / divisor
                }
                None => 0,
            }
        };
        Some(Self { unscaled, scale })
    }

    /// The number as floating point, for comparing with limits.
    pub fn approximate(self) -> f64 {
        // Precision is lost beyond 2^53, where limits are round numbers anyway.
        #[allow(clippy::cast_precision_loss)]
        let unscaled = self.unscaled as f64;
        unscaled / 10f64.powi(i32::from(self.scale))
    }

    /// The quotient at this number's scale, rounded half away from zero. `None` for a zero divisor or an overflow.
    pub fn divided_by(self, divisor: Self) -> Option<Self> {
        if divisor.unscaled == 0 {
            return None;
        }
        let numerator = self
            .unscaled
            .checked_mul(10i128.checked_pow(u32::from(divisor.scale))?)?;
        let doubled = numerator.checked_mul(2)?;
        let sign = if (numerator < 0) == (divisor.unscaled < 0) {
            1
        } else {
            -1
        };
        let unscaled =
            (doubled.checked_add(sign * divisor.unscaled)?) / (divisor.unscaled.checked_mul(2)?);
        Some(Self {
            unscaled,
            scale: self.scale,
        })
    }
}

/// The bytes of a number too wide for 64 bits: they sort as the numbers do.
pub fn to_ordered(number: i128) -> [u8; 16] {
    (number ^ i128::MIN).to_be_bytes()
}

/// The number behind such bytes.
pub fn from_ordered(bytes: &[u8]) -> Option<i128> {
    Some(i128::from_be_bytes(bytes.try_into().ok()?) ^ i128::MIN)
}

/// Writes a stored number of scale `stored` with exactly `shown` digits behind the point (`shown >= stored`).
pub fn write_fixed(out: &mut Vec<u8>, value: i128, stored: u8, shown: u8) {
    let text = value.unsigned_abs().to_string();
    let stored = usize::from(stored);
    let padded = format!("{text:0>width$}", width = stored + 1);
    let (whole, fraction) = padded.split_at(padded.len() - stored);
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(whole.as_bytes());
    if shown > 0 {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
        out.resize(out.len() + usize::from(shown).saturating_sub(stored), b'0');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, scale: u8) -> Option<i128> {
        Decimal::parse(text)?
            .rescaled(scale)
            .map(|decimal| decimal.unscaled)
    }

    #[test]
    fn numbers_are_read_exactly_and_rounded_half_away_from_zero() {
        for (text, scale, expected) in [
            ("20000", 4, Some(200_000_000)),
            ("0.1", 4, Some(1000)),
            ("-12.50", 4, Some(-125_000)),
            ("1.5e3", 4, Some(15_000_000)),
            ("1.00005", 4, Some(10_001)),
            ("-1.00005", 4, Some(-10_001)),
            ("922337203685477.5807", 4, Some(9_223_372_036_854_775_807)),
            ("1e-30", 4, Some(0)),
            ("abc", 4, None),
            ("", 4, None),
            (".", 4, None),
            ("1e99", 4, None),
        ] {
            assert_eq!(at(text, scale), expected, "{text}");
        }
    }

    #[test]
    fn the_bytes_of_wide_numbers_sort_as_the_numbers_do() {
        let numbers = [
            i128::MIN,
            -1_000_000_000_000_000_000_000,
            -1,
            0,
            1,
            i128::MAX,
        ];
        let bytes = numbers.map(to_ordered);
        assert!(bytes.is_sorted());
        for (number, bytes) in numbers.iter().zip(&bytes) {
            assert_eq!(from_ordered(bytes), Some(*number));
        }
    }

    #[test]
    fn a_fixed_number_of_digits_is_written() {
        for (value, stored, shown, expected) in [
            (200_000_000, 4, 4, "20000.0000"),
            (-5, 4, 4, "-0.0005"),
            (125, 1, 10, "12.5000000000"),
            (7, 0, 0, "7"),
        ] {
            let mut out = Vec::new();
            write_fixed(&mut out, value, stored, shown);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn division_rounds_to_the_scale_of_the_amount() {
        let amount = Decimal {
            unscaled: 1_000_000,
            scale: 4,
        };
        let rate = Decimal::parse("1.5").unwrap();
        assert_eq!(
            amount.divided_by(rate),
            Some(Decimal {
                unscaled: 666_667,
                scale: 4
            })
        );
        assert_eq!(
            amount.divided_by(Decimal {
                unscaled: 0,
                scale: 0
            }),
            None
        );
    }
}
