//! The arguments of a call, read as the type that a position takes. Nothing is coerced. Part of [`super`].

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::dates::{self, Moment};
use crate::environment::{Budget, Context, Datum};
use crate::fault::{FaultKind, Raise, Raised};
use crate::locale::Locale;
use crate::numbers::Number;
use crate::syntax::Call;
use crate::values;

/// The arguments of a call, evaluated.
pub(crate) struct Arguments<'m, 'c> {
    pub(crate) context: &'c dyn Context,
    pub(crate) budget: &'m mut Budget,
    pub(crate) call: &'c Call,
    /// The function's name.
    pub(crate) name: &'static str,
    pub(crate) values: Vec<Datum<'c>>,
}

const NULL: &Value = &Value::Null;

impl<'c> Arguments<'_, 'c> {
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The value at a place; null beyond the last one.
    pub(crate) fn value(&self, place: usize) -> &Value {
        self.values.get(place).map_or(NULL, |datum| &*datum.json)
    }

    /// The value itself, which is null afterwards.
    pub(crate) fn take(&mut self, place: usize) -> Datum<'c> {
        self.values.get_mut(place).map_or_else(
            || Datum::borrowed(NULL),
            |datum| std::mem::replace(datum, Datum::borrowed(NULL)),
        )
    }

    /// Whether an argument that may be left out is there. Null counts as left out.
    pub(crate) fn has(&self, place: usize) -> bool {
        !self.value(place).is_null()
    }

    pub(crate) fn text(&self, place: usize) -> Raised<&str> {
        self.value(place)
            .as_str()
            .ok_or_else(|| self.wrong(place, "text"))
    }

    pub(crate) fn list(&self, place: usize) -> Raised<&Vec<Value>> {
        self.value(place)
            .as_array()
            .ok_or_else(|| self.wrong(place, "a list"))
    }

    /// A list that is taken out of the arguments.
    pub(crate) fn take_list(&mut self, place: usize) -> Raised<Vec<Value>> {
        self.list(place)?;
        match self.take(place).json {
            Cow::Owned(Value::Array(items)) => Ok(items),
            other => Ok(other.as_array().cloned().unwrap_or_default()),
        }
    }

    pub(crate) fn object(&self, place: usize) -> Raised<&Map<String, Value>> {
        self.value(place)
            .as_object()
            .ok_or_else(|| self.wrong(place, "an object"))
    }

    pub(crate) fn number(&self, place: usize) -> Raised<Number> {
        let value = self.value(place);
        let number = Number::read(value).ok_or_else(|| self.wrong(place, "a number"))?;
        match self.values.get(place) {
            Some(datum) if datum.is_decimal => {
                Ok(Number::exact(&value.to_string()).unwrap_or(number))
            }
            _ => Ok(number),
        }
    }

    pub(crate) fn int(&self, place: usize) -> Raised<i64> {
        match Number::read(self.value(place)) {
            Some(Number::Int(whole)) => Ok(whole),
            _ => Err(self.wrong(place, "a whole number")),
        }
    }

    /// A whole number from 0 on.
    pub(crate) fn count(&self, place: usize) -> Raised<usize> {
        let whole = self.int(place)?;
        usize::try_from(whole).map_err(|_| {
            self.bad(
                place,
                format!("is {whole}, and takes whole numbers from 0 on"),
            )
        })
    }

    /// The moment that a text means.
    pub(crate) fn moment(&self, place: usize) -> Raised<Moment> {
        dates::read(self.text(place)?, &Locale::default()).map_err(|raise| self.at(place, raise))
    }

    /// The locale at a place; the default one if it is left out.
    pub(crate) fn locale(&self, place: usize) -> Raised<Locale> {
        match self.has(place) {
            true => Locale::named(self.text(place)?).map_err(|raise| self.at(place, raise)),
            false => Ok(Locale::default()),
        }
    }

    /// A moment in the format at a place; with year to tick if that is left out.
    pub(crate) fn formatted(&self, moment: Moment, place: usize) -> Raised<Datum<'c>> {
        let pattern = match self.has(place) {
            true => self.text(place)?,
            false => dates::ROUND_TRIP,
        };
        let text = dates::format(moment, pattern, &Locale::default())
            .map_err(|raise| self.at(place, raise))?;
        Ok(text.into())
    }

    /// A value of another type than the position takes.
    pub(crate) fn wrong(&self, place: usize, wanted: &str) -> Box<Raise> {
        let value = self.value(place);
        let found = match value {
            Value::Null | Value::Array(_) | Value::Object(_) => values::kind(value).to_owned(),
            _ => format!("{} {}", values::kind(value), values::shown(value)),
        };
        let message = format!(
            "`{}` takes {wanted} as its {} argument, and has {found} here",
            self.name,
            ordinal(place)
        );
        self.at(place, Raise::new(FaultKind::Type, message))
    }

    /// A value of the right type that does not fit.
    pub(crate) fn bad(&self, place: usize, why: impl AsRef<str>) -> Box<Raise> {
        let message = format!(
            "the {} argument of `{}` {}",
            ordinal(place),
            self.name,
            why.as_ref()
        );
        self.at(place, Raise::value(message))
    }

    /// The fault with the place of an argument.
    pub(crate) fn at(&self, place: usize, raise: Box<Raise>) -> Box<Raise> {
        match self.call.arguments.get(place) {
            Some(argument) => raise.or_at(argument.at.0),
            None => raise,
        }
    }
}

fn ordinal(place: usize) -> String {
    match place + 1 {
        1 => "1st".to_owned(),
        2 => "2nd".to_owned(),
        3 => "3rd".to_owned(),
        more => format!("{more}th"),
    }
}
