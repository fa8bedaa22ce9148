//! A number that is computed with. Part of [`super`].
//!
//! JSON numbers are text until then. A whole number is one of 64 bits; another one is a double, as the service has it,
//! unless it has more digits than a double or came from `decimal`.

use std::cmp::Ordering;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

/// The most digits with which programs write a double.
const DOUBLE_DIGITS: usize = 17;

/// A number that is computed with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
    Decimal(Decimal),
}

impl Number {
    /// The number in a value; none if that is no number.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }

    /// The number that JSON text stands for; none if it lies beyond a double.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_whole = !text.contains(['.', 'e', 'E']);
        if is_whole && let Ok(whole) = text.parse() {
            return Some(Self::Int(whole));
        }
        let float = text.parse::<f64>().ok().filter(|float| float.is_finite())?;
        match decimal(text) {
            Some(exact) if is_whole || significant(text) > DOUBLE_DIGITS => {
                Some(Self::Decimal(exact))
            }
            _ => Some(Self::Float(float)),
        }
    }

    /// The number in decimal digits that JSON text stands for; none if it has more than 28 of them.
    pub(crate) fn exact(text: &str) -> Option<Self> {
        decimal(text).map(Self::Decimal)
    }

    pub(crate) fn as_float(self) -> f64 {
        match self {
            // Beyond 2^53 a double is the nearest one, as everywhere.
            #[allow(clippy::cast_precision_loss)]
            Self::Int(whole) => whole as f64,
            Self::Float(float) => float,
            Self::Decimal(decimal) => decimal.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// The same number in decimal digits; none if it has too many.
    pub(crate) fn as_decimal(self) -> Option<Decimal> {
        match self {
            Self::Int(whole) => Some(Decimal::from(whole)),
            Self::Float(float) => decimal(&float.to_string()),
            Self::Decimal(decimal) => Some(decimal),
        }
    }

    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) => Some(one.cmp(other)),
            (Self::Float(one), Self::Float(other)) => one.partial_cmp(other),
            (one, other) => match (one.as_decimal(), other.as_decimal()) {
                (Some(one), Some(other)) => Some(one.cmp(&other)),
                _ => one.as_float().partial_cmp(&other.as_float()),
            },
        }
    }

    /// Text that is the same for equal numbers.
    pub(crate) fn canonical(self) -> String {
        match self.as_decimal() {
            Some(decimal) => decimal.normalize().to_string(),
            None => self.as_float().to_string(),
        }
    }

    /// The number as JSON; none for what JSON cannot write.
    pub(crate) fn json(self) -> Option<Value> {
        match self {
            Self::Int(whole) => Some(whole.into()),
            Self::Float(float) => serde_json::Number::from_f64(float).map(Value::Number),
            Self::Decimal(decimal) => serde_json::Number::from_str(&decimal.to_string())
                .ok()
                .map(Value::Number),
        }
    }
}

/// How many digits of a number tell something: not the zeros before it.
fn significant(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').len()
}

/// A decimal with all digits of the text, or none.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    if text.contains(['e', 'E']) {
        return Decimal::from_scientific(text).ok();
    }
    Decimal::from_str_exact(text).ok()
}
