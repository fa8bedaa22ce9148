//! Arithmetic. Part of [`super`].

use std::cmp::Ordering;

use serde_json::Value;

use super::Arguments;
use crate::environment::Datum;
use crate::fault::{FaultKind, Raise, Raised};
use crate::numbers::{Number, Operation};

/// The longest list that `range` makes, as on the service.
const MAX_RANGE: i64 = 100_000;

fn computed<'c>(arguments: &Arguments<'_, 'c>, operation: Operation) -> Raised<Datum<'c>> {
    let result = operation.apply(arguments.number(0)?, arguments.number(1)?)?;
    let is_decimal = matches!(result, Number::Decimal(_));
    let json = result
        .json()
        .ok_or_else(|| Raise::value("the result is no number"))?;
    Ok(Datum {
        is_decimal,
        ..json.into()
    })
}

pub(super) fn add<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    computed(arguments, Operation::Add)
}

pub(super) fn sub<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    computed(arguments, Operation::Sub)
}

pub(super) fn mul<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    computed(arguments, Operation::Mul)
}

pub(super) fn div<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    computed(arguments, Operation::Div)
}

pub(super) fn rem<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    computed(arguments, Operation::Mod)
}

pub(super) fn min<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    extreme(arguments, Ordering::Less)
}

pub(super) fn max<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    extreme(arguments, Ordering::Greater)
}

/// The number that all others lie on one side of, with its digits as they were.
fn extreme<'c>(arguments: &mut Arguments<'_, 'c>, wanted: Ordering) -> Raised<Datum<'c>> {
    if arguments.len() > 1 || !arguments.value(0).is_array() {
        let mut best = (0, arguments.number(0)?);
        for place in 1..arguments.len() {
            let number = arguments.number(place)?;
            if number.order(&best.1) == Some(wanted) {
                best = (place, number);
            }
        }
        return Ok(arguments.take(best.0));
    }
    let mut best: Option<(&Value, Number)> = None;
    for item in arguments.list(0)? {
        let number = Number::read(item)
            .ok_or_else(|| arguments.bad(0, "is a list, and not all in it are numbers"))?;
        if best.is_none_or(|(_, best)| number.order(&best) == Some(wanted)) {
            best = Some((item, number));
        }
    }
    let (item, _) = best.ok_or_else(|| arguments.bad(0, "is an empty list"))?;
    Ok(item.clone().into())
}

pub(super) fn rand<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (least, above) = (arguments.int(0)?, arguments.int(1)?);
    let width = i128::from(above) - i128::from(least);
    if width <= 0 {
        return Err(arguments.bad(
            1,
            format!("is {above}, and has to be greater than the first, {least}"),
        ));
    }
    let chance = arguments.context.random().ok_or_else(no_chance)?;
    // The lower half of the bits: what the modulus prefers is one in 2^64.
    let offset =
        i128::from(u64::try_from(chance & u128::from(u64::MAX)).unwrap_or_default()) % width;
    let number = i64::try_from(i128::from(least) + offset)
        .map_err(|_| Raise::value("the result is no whole number"))?;
    Ok(number.into())
}

pub(super) fn no_chance() -> Box<Raise> {
    Raise::new(
        FaultKind::Reference,
        "there is no chance here: this place has to give the same value each time",
    )
}

pub(super) fn range<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (start, count) = (arguments.int(0)?, arguments.int(1)?);
    if !(0..=MAX_RANGE).contains(&count) {
        return Err(arguments.bad(1, format!("is {count}, and takes 0 to {MAX_RANGE}")));
    }
    let end = start
        .checked_add(count)
        .ok_or_else(|| arguments.bad(0, "is too great for so many numbers"))?;
    Ok((start..end).map(Value::from).collect::<Value>().into())
}
