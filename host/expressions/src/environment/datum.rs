//! A value on its way through an evaluation. Part of [`super`].

use std::borrow::Cow;

use serde_json::Value;

/// A value on its way: borrowed from the context where nothing changed it, since outputs may be large.
#[derive(Clone, Debug)]
pub(crate) struct Datum<'c> {
    pub(crate) json: Cow<'c, Value>,
    /// Whether a number came from `decimal`: it is computed with in decimal digits from there on.
    pub(crate) is_decimal: bool,
}

impl<'c> Datum<'c> {
    pub(crate) fn borrowed(value: &'c Value) -> Self {
        Self {
            json: Cow::Borrowed(value),
            is_decimal: false,
        }
    }
}

impl<T: Into<Value>> From<T> for Datum<'_> {
    fn from(value: T) -> Self {
        Self {
            json: Cow::Owned(value.into()),
            is_decimal: false,
        }
    }
}
