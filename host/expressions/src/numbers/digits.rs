//! A number as decimal digits, to be rounded and written. Part of [`super`].

use super::number::Number;

/// A number as decimal digits.
#[derive(Clone, Debug)]
pub(super) struct Digits {
    pub(super) is_negative: bool,
    /// Each from 0 to 9, without zeros at either end; empty for zero.
    digits: Vec<u8>,
    /// How many of them stand before the point; may be negative, or more than there are.
    point: i32,
}

impl Digits {
    /// The digits of a number, of a double those that tell it from its neighbours.
    pub(super) fn of(number: Number) -> Self {
        let text = match number {
            Number::Int(whole) => whole.to_string(),
            Number::Float(float) => format!("{float:e}"),
            Number::Decimal(decimal) => decimal.to_string(),
        };
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or_default();
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte.wrapping_sub(b'0'))
            .collect();
        let mut all = Self {
            is_negative,
            digits,
            point: i32::try_from(whole.len()).unwrap_or_default() + exponent,
        };
        all.trim();
        all
    }

    fn trim(&mut self) {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.point -= i32::try_from(zeros).unwrap_or_default();
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The exponent of the first digit; 0 for zero.
    pub(super) fn exponent(&self) -> i32 {
        match self.is_zero() {
            true => 0,
            false => self.point - 1,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.digits.len()
    }

    /// Moves the point to the right.
    pub(super) fn shift(&mut self, places: i32) {
        if !self.is_zero() {
            self.point += places;
        }
    }

    /// Rounds to so many digits behind the point, halves away from zero. A negative number rounds before it.
    pub(super) fn round(&mut self, places: i32) {
        let kept = self.point.saturating_add(places);
        let Ok(kept) = usize::try_from(kept) else {
            self.digits.clear();
            self.trim();
            return;
        };
        let Some(next) = self.digits.get(kept).copied() else {
            return;
        };
        self.digits.truncate(kept);
        if next >= 5 {
            self.carry();
        }
        self.trim();
    }

    fn carry(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.point += 1;
    }

    /// The digits before the point; empty if there are none but zero.
    pub(super) fn whole(&self) -> String {
        (0..self.point.max(0))
            .map(|place| self.digit(place))
            .collect()
    }

    /// So many digits behind the point.
    pub(super) fn fraction(&self, places: usize) -> String {
        let places = i32::try_from(places).unwrap_or(i32::MAX);
        (self.point..self.point.saturating_add(places))
            .map(|place| self.digit(place))
            .collect()
    }

    /// How many digits behind the point are not zero's.
    pub(super) fn fraction_len(&self) -> usize {
        let len = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        usize::try_from(len - self.point).unwrap_or_default()
    }

    fn digit(&self, place: i32) -> char {
        let digit = usize::try_from(place)
            .ok()
            .and_then(|place| self.digits.get(place))
            .copied();
        char::from(b'0' + digit.unwrap_or_default())
    }
}
