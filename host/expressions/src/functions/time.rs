//! The present moment, moving in time, and time zones. Part of [`super`].

use super::Arguments;
use crate::dates::{self, Moment, Unit};
use crate::environment::Datum;
use crate::fault::{FaultKind, Raise, Raised};
use crate::locale::Locale;

fn now(arguments: &Arguments<'_, '_>) -> Raised<Moment> {
    let text = arguments.context.now().ok_or_else(|| {
        Raise::new(
            FaultKind::Reference,
            "there is no present moment here: this place has to give the same value each time",
        )
    })?;
    dates::read(&text, &Locale::default())
}

pub(super) fn utc_now<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    arguments.formatted(now(arguments)?, 0)
}

fn moved<'c>(arguments: &Arguments<'_, 'c>, unit: Unit) -> Raised<Datum<'c>> {
    let moment = arguments
        .moment(0)?
        .plus(arguments.int(1)?, unit)
        .map_err(|raise| arguments.at(1, raise))?;
    arguments.formatted(moment, 2)
}

pub(super) fn add_days<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    moved(arguments, Unit::Day)
}

pub(super) fn add_hours<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    moved(arguments, Unit::Hour)
}

pub(super) fn add_minutes<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    moved(arguments, Unit::Minute)
}

pub(super) fn add_seconds<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    moved(arguments, Unit::Second)
}

/// A moment moved by the count and unit that stand at a place and behind it.
fn shifted<'c>(
    arguments: &Arguments<'_, 'c>,
    from: Moment,
    place: usize,
    sign: i64,
) -> Raised<Datum<'c>> {
    let count = arguments
        .int(place)?
        .checked_mul(sign)
        .ok_or_else(|| arguments.bad(place, "is too great"))?;
    let unit =
        Unit::read(arguments.text(place + 1)?).map_err(|raise| arguments.at(place + 1, raise))?;
    let moment = from
        .plus(count, unit)
        .map_err(|raise| arguments.at(place, raise))?;
    arguments.formatted(moment, place + 2)
}

pub(super) fn add_to_time<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    shifted(arguments, arguments.moment(0)?, 1, 1)
}

pub(super) fn subtract_from_time<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    shifted(arguments, arguments.moment(0)?, 1, -1)
}

pub(super) fn get_past_time<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    shifted(arguments, now(arguments)?, 0, -1)
}

pub(super) fn get_future_time<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    shifted(arguments, now(arguments)?, 0, 1)
}

pub(super) fn convert_time_zone<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let utc = dates::to_utc(arguments.moment(0)?, arguments.text(1)?)
        .map_err(|raise| arguments.at(1, raise))?;
    let local = dates::from_utc(utc, arguments.text(2)?).map_err(|raise| arguments.at(2, raise))?;
    arguments.formatted(local, 3)
}

pub(super) fn convert_from_utc<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let local = dates::from_utc(arguments.moment(0)?, arguments.text(1)?)
        .map_err(|raise| arguments.at(1, raise))?;
    arguments.formatted(local, 2)
}

pub(super) fn convert_to_utc<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let utc = dates::to_utc(arguments.moment(0)?, arguments.text(1)?)
        .map_err(|raise| arguments.at(1, raise))?;
    arguments.formatted(utc, 2)
}
