//! Conditions and comparison. Part of [`super`].
//!
//! Exported flows rely on what is not evaluated here: `if(equals(x, null), '', formatDateTime(x))`.

use std::cmp::Ordering;

use serde_json::Value;

use super::Arguments;
use super::function::Evaluator;
use crate::environment::Datum;
use crate::fault::{FaultKind, Raise, Raised};
use crate::numbers::Number;
use crate::syntax::{Call, Expression};
use crate::values;

fn condition<'c>(
    machine: &mut dyn Evaluator<'c>,
    call: &Call,
    argument: &'c Expression,
) -> Raised<bool> {
    let value = machine.value(argument)?.json;
    value.as_bool().ok_or_else(|| {
        let (name, kind) = (&call.name, values::kind(&value));
        let message = format!("`{name}` takes a boolean as a condition, and has {kind} here; `bool` and `equals` make one");
        Raise::new(FaultKind::Type, message).or_at(argument.at.0)
    })
}

pub(super) fn if_<'c>(machine: &mut dyn Evaluator<'c>, call: &'c Call) -> Raised<Datum<'c>> {
    let [test, then, otherwise] = call.arguments.as_slice() else {
        return Err(Raise::new(
            FaultKind::ArgumentCount,
            "`if` takes 3 arguments",
        ));
    };
    let taken = if condition(machine, call, test)? {
        then
    } else {
        otherwise
    };
    machine.value(taken)
}

pub(super) fn and<'c>(machine: &mut dyn Evaluator<'c>, call: &'c Call) -> Raised<Datum<'c>> {
    for argument in &call.arguments {
        if !condition(machine, call, argument)? {
            return Ok(false.into());
        }
    }
    Ok(true.into())
}

pub(super) fn or<'c>(machine: &mut dyn Evaluator<'c>, call: &'c Call) -> Raised<Datum<'c>> {
    for argument in &call.arguments {
        if condition(machine, call, argument)? {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

pub(super) fn coalesce<'c>(machine: &mut dyn Evaluator<'c>, call: &'c Call) -> Raised<Datum<'c>> {
    for argument in &call.arguments {
        let datum = machine.value(argument)?;
        if !datum.json.is_null() {
            return Ok(datum);
        }
    }
    Ok(Value::Null.into())
}

pub(super) fn not<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let condition = arguments
        .value(0)
        .as_bool()
        .ok_or_else(|| arguments.wrong(0, "a boolean"))?;
    Ok((!condition).into())
}

pub(super) fn equals<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let equal = match (arguments.value(0), arguments.value(1)) {
        // The service's own example has true equal to 1.
        (Value::Bool(one), other @ Value::Number(_))
        | (other @ Value::Number(_), Value::Bool(one)) => {
            values::equal(&Value::from(i64::from(*one)), other)
        }
        (one, other) => values::equal(one, other),
    };
    Ok(equal.into())
}

fn compared(arguments: &Arguments<'_, '_>) -> Raised<Ordering> {
    match (arguments.value(0), arguments.value(1)) {
        (Value::String(one), Value::String(other)) => Ok(values::order(one, other)),
        (Value::Number(_), Value::Number(_)) => {
            let (one, other) = (arguments.number(0)?, arguments.number(1)?);
            Ok(Number::order(&one, &other).unwrap_or(Ordering::Equal))
        }
        (Value::Number(_), _) => Err(arguments.wrong(1, "a number beside a number")),
        (Value::String(_), _) => Err(arguments.wrong(1, "text beside text")),
        _ => Err(arguments.wrong(0, "a number or text")),
    }
}

pub(super) fn greater<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(compared(arguments)?.is_gt().into())
}

pub(super) fn greater_or_equals<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(compared(arguments)?.is_ge().into())
}

pub(super) fn less<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(compared(arguments)?.is_lt().into())
}

pub(super) fn less_or_equals<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(compared(arguments)?.is_le().into())
}
