//! Adding, subtracting, multiplying, dividing. Part of [`super`].

use rust_decimal::Decimal;

use super::number::Number;
use crate::fault::{Raise, Raised};

/// What is done with two numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
}

impl Operation {
    /// Whole numbers give a whole one; with a decimal the result is one; else it is a double.
    pub(crate) fn apply(self, one: Number, other: Number) -> Raised<Number> {
        let divides = matches!(self, Self::Div | Self::Mod);
        if divides && other.as_float() == 0.0 {
            return Err(Raise::value("a division by zero has no result"));
        }
        let over = || Raise::value("the result lies beyond what a number can hold");
        if let (Number::Int(one), Number::Int(other)) = (one, other) {
            return self.whole(one, other).map(Number::Int).ok_or_else(over);
        }
        let is_decimal = |number| matches!(number, Number::Decimal(_));
        if (is_decimal(one) || is_decimal(other))
            && let (Some(one), Some(other)) = (one.as_decimal(), other.as_decimal())
        {
            return self
                .decimal(one, other)
                .map(Number::Decimal)
                .ok_or_else(over);
        }
        let result = self.float(one.as_float(), other.as_float());
        match result.is_finite() {
            true => Ok(Number::Float(result)),
            false => Err(over()),
        }
    }

    /// Division cuts towards zero, and a remainder has the sign of what is divided.
    fn whole(self, one: i64, other: i64) -> Option<i64> {
        match self {
            Self::Add => one.checked_add(other),
            Self::Sub => one.checked_sub(other),
            Self::Mul => one.checked_mul(other),
            Self::Div => one.checked_div(other),
            Self::Mod => one.checked_rem(other),
        }
    }

    fn decimal(self, one: Decimal, other: Decimal) -> Option<Decimal> {
        match self {
            Self::Add => one.checked_add(other),
            Self::Sub => one.checked_sub(other),
            Self::Mul => one.checked_mul(other),
            Self::Div => one.checked_div(other),
            Self::Mod => one.checked_rem(other),
        }
    }

    fn float(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Add => one + other,
            Self::Sub => one - other,
            Self::Mul => one * other,
            Self::Div => one / other,
            Self::Mod => one % other,
        }
    }
}
